import { useEffect, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { LearnedVersion, LearnStatus } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';

export interface Learned {
  /** Null until the daemon has told. */
  status: LearnStatus | null;
  /** The newest first. */
  versions: LearnedVersion[];
  begin: () => void;
  stop: () => void;
  rollBack: () => void;
  setPaused: (paused: boolean) => void;
}

/** What was learned and what is going on, kept up to date. */
export function useLearned(link: PanelLink, daemon: Daemon): Learned {
  const [answered, setStatus] = useState<LearnStatus | null>(null);
  const [versions, setVersions] = useState<LearnedVersion[]>([]);
  const { state, learning: pushed } = daemon;
  const status = pushed ?? answered;
  const isLearning = status?.course != null;
  const version = status?.version;

  useEffect(() => {
    if (state !== 'connected') return;
    void link.ask('learn_status', { type: 'learn_status_query' }).then(setStatus);
  }, [link, state]);

  useEffect(() => {
    if (state !== 'connected') return;
    const refresh = async () => {
      const answer = await link.ask('learn_history', { type: 'learn_history_query' });
      if (answer) setVersions(answer.versions);
    };
    void refresh();
    // Not read: they only say that the history is out of date.
  }, [link, state, isLearning, version, daemon.changes]);

  const ask = async (message: Parameters<PanelLink['ask']>[1]) => {
    const answer = await link.ask('learn_status', message);
    if (answer) setStatus(answer);
  };
  return {
    status,
    versions,
    begin: () => void ask({ type: 'learn_now', part: 'adapter' }),
    stop: () => void ask({ type: 'learn_stop' }),
    rollBack: () => void ask({ type: 'learn_rollback' }),
    setPaused: (paused) => void ask({ type: 'learn_pause', paused }),
  };
}
