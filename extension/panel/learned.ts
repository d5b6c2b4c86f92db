import { useEffect, useState } from 'preact/hooks';
import type { PanelQuestion } from '../link/contract';
import type { PanelLink } from '../link/panel-link';
import type { LearnedVersion, LearnStatus, QuietHours } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';
import { useAnswer } from './answer';

export interface Learned {
  /** Null until the daemon has told. */
  status: LearnStatus | null;
  /** Of one persona, the newest first; null until the daemon has told. */
  versions: LearnedVersion[] | null;
  begin: () => void;
  stop: () => void;
  rollBack: () => void;
  setPaused: (paused: boolean) => void;
  setQuietHours: (hours: QuietHours | null) => void;
}

/** What was learned of a persona and what is going on, kept up to date. */
export function useLearned(link: PanelLink, daemon: Daemon, persona: string): Learned {
  const [status, setStatus] = useState<LearnStatus | null>(null);
  const [rollbacks, setRollbacks] = useState(0);
  const { state, learning: pushed } = daemon;

  useEffect(() => {
    if (pushed) setStatus(pushed);
  }, [pushed]);

  useEffect(() => {
    if (state !== 'connected') return;
    void link
      .ask('learn_status', { type: 'learn_status_query' })
      .then((answer) => answer && setStatus(answer));
  }, [link, state]);

  const isLearning = status?.course != null;
  const freshness = [isLearning, status?.version, rollbacks, daemon.changes].join();
  const question = { type: 'learn_history_query', persona } as const;
  const history = useAnswer(link, 'learn_history', question, freshness);

  const ask = async (message: PanelQuestion) => {
    const answer = await link.ask('learn_status', message);
    if (answer) setStatus(answer);
  };
  return {
    status,
    versions: history?.versions ?? null,
    begin: () => void ask({ type: 'learn_now', part: 'adapter', persona }),
    stop: () => void ask({ type: 'learn_stop' }),
    rollBack: () =>
      void ask({ type: 'learn_rollback', persona }).then(() => setRollbacks(rollbacks + 1)),
    setPaused: (paused) => void ask({ type: 'learn_pause', paused }),
    setQuietHours: (hours) => void ask({ type: 'learn_quiet_hours', hours }),
  };
}
