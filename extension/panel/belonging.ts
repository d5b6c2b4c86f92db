import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelQuestion } from '../link/contract';
import type { PanelLink } from '../link/panel-link';
import type { FederationLimits, FederationStatus } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';

export type Limits = Omit<FederationLimits, 'type' | 'id'>;

export interface Belonging {
  /** Null until the daemon has told. */
  status: FederationStatus | null;
  /** Why it could not be done, in words; null when it was. */
  join: (invitation: string) => Promise<string | null>;
  leave: () => void;
  setPaused: (paused: boolean) => void;
  begin: () => void;
  /** What is not named stays as it is. */
  limit: (changed: Partial<Limits>) => void;
  forgetRounds: () => void;
}

/** The community that this computer belongs to, if it does, kept up to date. */
export function useBelonging(link: PanelLink, daemon: Daemon): Belonging {
  const [status, setStatus] = useState<FederationStatus | null>(null);
  /** Limits that were chosen, and that the daemon has not told of yet. */
  const unconfirmed = useRef<Partial<Limits>>({});
  const { state, federation: pushed, changes, sites } = daemon;

  useEffect(() => {
    if (pushed) setStatus(pushed);
  }, [pushed]);

  useEffect(() => {
    if (state !== 'connected') return;
    void link
      .ask('federation_status', { type: 'federation_status_query' })
      .then((answer) => answer && setStatus(answer));
    // Texts and switches that changed are not read: they only say that the answer is out of date.
  }, [link, state, changes, sites]);

  const ask = async (message: PanelQuestion) => {
    const answer = await link.ask('federation_status', message);
    if (answer) setStatus(answer);
  };
  return {
    status,
    join: (invitation) => link.refusal({ type: 'federation_join', invitation }),
    leave: () => void ask({ type: 'federation_leave' }),
    setPaused: (paused) => void ask({ type: 'federation_pause', paused }),
    begin: () => void ask({ type: 'federation_now' }),
    limit: (changed) => {
      if (!status) return;
      const { smallest_cohort, most_epsilon, metered } = status;
      const wanted = { ...unconfirmed.current, ...changed };
      unconfirmed.current = wanted;
      const limits = { smallest_cohort, most_epsilon, metered, ...wanted };
      void ask({ type: 'federation_limits', ...limits }).then(() => {
        if (unconfirmed.current === wanted) unconfirmed.current = {};
      });
    },
    forgetRounds: () => void ask({ type: 'federation_forget_rounds' }),
  };
}
