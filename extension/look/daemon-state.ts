/** What the extension's own pages show of the daemon, kept up to date. */

import { useCallback, useEffect, useState } from 'preact/hooks';
import type { LinkState } from '../link/contract';
import { DEFAULT_PORT } from '../link/credentials';
import type { PanelLink } from '../link/panel-link';
import type {
  Amount,
  FederationStatus,
  LearnStatus,
  Length,
  Persona,
  SiteRule,
} from '../link/protocol';

/** How much is suggested. */
export interface Preferred {
  amount: Amount;
  length: Length;
}

export interface DaemonState {
  state: LinkState;
  port: number;
  completions: boolean;
  sites: SiteRule[];
  /** Empty until the daemon has told. */
  personas: Persona[];
  /** The persona that writes where no site says otherwise. */
  inUse: string;
  /** Null until the daemon has told. */
  preferred: Preferred | null;
  /** As it was last pushed; null until it is. */
  learning: LearnStatus | null;
  /** Likewise. */
  federation: FederationStatus | null;
  /** Grows whenever the stored documents changed. */
  changes: number;
}

const UNKNOWN: DaemonState = {
  state: 'connecting',
  port: DEFAULT_PORT,
  completions: false,
  sites: [],
  personas: [],
  inUse: '',
  preferred: null,
  learning: null,
  federation: null,
  changes: 0,
};

export interface Daemon extends DaemonState {
  setCompletions: (enabled: boolean) => void;
  setCapture: (site: string, capture: boolean) => void;
  setSuggestions: (site: string, completions: boolean) => void;
  setMayFederate: (site: string, mayFederate: boolean) => void;
  /** Null: whoever is in use writes there. */
  assign: (site: string, persona: string | null) => void;
  prefer: (choice: Partial<Preferred>) => void;
}

export function useDaemon(link: PanelLink): Daemon {
  const [known, setKnown] = useState(UNKNOWN);
  const patch = useCallback(
    (part: Partial<DaemonState>) => setKnown((before) => ({ ...before, ...part })),
    [],
  );

  useEffect(() => {
    const refreshSites = async () => {
      const answer = await link.ask('sites', { type: 'sites_query' });
      if (answer) patch({ sites: answer.sites, completions: answer.completions });
    };
    const refreshPersonas = async () => {
      const answer = await link.ask('personas', { type: 'personas_query' });
      if (answer) patch({ personas: answer.personas, inUse: answer.in_use });
    };
    const refreshPreferred = async () => {
      const preferred = await link.ask('preferences', { type: 'preferences_query' });
      if (preferred) patch({ preferred });
    };
    link.onState = (state, port, rules) => {
      // What was pushed before is out of date: some of it can have been missed.
      patch({ state, port, ...rules, learning: null, federation: null });
      if (state !== 'connected') return;
      void refreshSites();
      void refreshPersonas();
      void refreshPreferred();
    };
    link.onPush = (message) => {
      if (message.type === 'sites') {
        patch({ sites: message.sites, completions: message.completions });
      }
      if (message.type === 'personas') {
        patch({ personas: message.personas, inUse: message.in_use });
        void refreshSites();
      }
      if (message.type === 'preferences') patch({ preferred: message });
      if (message.type === 'learn_status') {
        patch({ learning: message });
        if (!message.course) void refreshPersonas(); // another version may be in use
      }
      if (message.type === 'federation_status') patch({ federation: message });
      if (message.type === 'captures_changed') {
        setKnown((before) => ({ ...before, changes: before.changes + 1 }));
        void refreshSites();
        void refreshPersonas();
      }
    };
    link.open();
  }, [link, patch]);

  return {
    ...known,
    setCompletions: (enabled) => void link.ask('sites', { type: 'completions_set', enabled }),
    setCapture: (site, capture) => void link.ask('sites', { type: 'site_set', site, capture }),
    setSuggestions: (site, completions) =>
      void link.ask('sites', { type: 'site_set', site, completions }),
    setMayFederate: (site, may_federate) =>
      void link.ask('sites', { type: 'site_set', site, may_federate }),
    assign: (site, name) => void link.ask('personas', { type: 'persona_assign', site, name }),
    prefer: (choice) => void link.ask('preferences', { type: 'preferences_set', ...choice }),
  };
}
