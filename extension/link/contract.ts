/**
 * What the extension's own parts say to each other.
 *
 * Pages get the narrow half on purpose: a content script lives in a process that a hostile page
 * may have taken over, so it can ask for completions and hand in text, and never read any.
 */

import type { Keys } from '../keys/bindings';
import type {
  CapturesDelete,
  CapturesQuery,
  ChangesQuery,
  CompletionsSet,
  DaemonMessage,
  FederationForgetRounds,
  FederationJoin,
  FederationLeave,
  FederationLimits,
  FederationNow,
  FederationPause,
  FederationStatusQuery,
  HabitsQuery,
  LearnHistoryQuery,
  LearnNow,
  LearnPause,
  LearnQuietHours,
  LearnRollback,
  LearnStatusQuery,
  LearnStop,
  Outcome,
  PersonaAdd,
  PersonaAssign,
  PersonaRemove,
  PersonasQuery,
  PersonaUse,
  PreferencesQuery,
  PreferencesSet,
  SiteRule,
  SiteSet,
  SitesQuery,
  StatusQuery,
  Teach,
  VersionDocumentsQuery,
} from './protocol';

export const PAGE_PORT = 'page';
export const PANEL_PORT = 'panel';

export type LinkState =
  /** Never paired, or unpaired by the user. */
  | 'unpaired'
  | 'connecting'
  | 'connected'
  /** Nothing answers on the port. */
  | 'down'
  /** The daemon does not know this pairing any more. */
  | 'refused'
  /** Something else answers on the port, and could not prove that it is the daemon. */
  | 'impostor'
  /** The daemon speaks a newer version of the protocol. */
  | 'extension_older'
  /** The daemon speaks an older one. */
  | 'daemon_older';

/** While there is no connection: no completions, and the sites as they were known last. */
export interface Rules {
  completions: boolean;
  sites: SiteRule[];
}

// --- page → background ---------------------------------------------------------------------------

export interface CompleteAsk {
  kind: 'complete';
  /** Chosen by the page; the answers carry it. */
  ask: number;
  field: string;
  before: string;
  after: string;
}

export interface CaptureReport {
  kind: 'capture';
  draft: string;
  fieldKind: string;
  text: string;
  typedChars: number;
  pastedChars: number;
  /** What was pasted, so that it is not taken for the user's own words. */
  pastes: string[];
}

export type OutcomeResult = Outcome['result'];

export interface OutcomeReport {
  kind: 'outcome';
  field: string;
  result: OutcomeResult;
  shownChars: number;
  acceptedChars: number;
  ghostMs: number | null;
}

/** What was accepted was undone, or done again. */
export interface RevisionReport {
  kind: 'outcome_revised';
  field: string;
  was: OutcomeResult;
  wasAcceptedChars: number;
  result: OutcomeResult;
  acceptedChars: number;
}

export type FromPage =
  | CompleteAsk
  | CaptureReport
  | OutcomeReport
  | RevisionReport
  /** A field is in use: connect, and stay awake. */
  | { kind: 'attend' }
  | { kind: 'cancel'; field: string }
  | { kind: 'field_closed'; field: string };

// --- background → page ---------------------------------------------------------------------------

export interface SuggestionAnswer {
  kind: 'suggestion';
  ask: number;
  text: string;
  done: boolean;
}

/** What is allowed on this page right now. */
export interface PageRules {
  kind: 'rules';
  completions: boolean;
  capture: boolean;
  keys: Keys;
  /** Say suggestions to assistive technology, too. */
  announces: boolean;
}

export type ToPage = SuggestionAnswer | PageRules;

/** Asked by the popup of the content script in a tab's top frame. */
export interface WhereAreYou {
  kind: 'where';
}

// --- panel, popup and pairing page ↔ background --------------------------------------------------

export type PanelQuestion =
  | CapturesQuery
  | CapturesDelete
  | Teach
  | SitesQuery
  | SiteSet
  | CompletionsSet
  | PersonasQuery
  | PersonaAdd
  | PersonaUse
  | PersonaAssign
  | PersonaRemove
  | PreferencesQuery
  | PreferencesSet
  | StatusQuery
  | LearnStatusQuery
  | LearnNow
  | LearnStop
  | LearnPause
  | LearnQuietHours
  | LearnRollback
  | LearnHistoryQuery
  | VersionDocumentsQuery
  | HabitsQuery
  | ChangesQuery
  | FederationStatusQuery
  | FederationJoin
  | FederationLeave
  | FederationPause
  | FederationLimits
  | FederationNow
  | FederationForgetRounds;

export type PairResult =
  | 'paired'
  | 'down'
  | 'refused'
  | 'unproven'
  | 'extension_older'
  | 'daemon_older'
  | 'lost';

export type FromPanel =
  | { kind: 'question'; ask: number; message: PanelQuestion }
  | { kind: 'pair'; ask: number; port: number; code: string }
  | { kind: 'unpair' }
  /** Try to connect now; also keeps the background awake while the panel is looked at. */
  | { kind: 'attend' };

export type ToPanel =
  | { kind: 'answer'; ask: number; message: DaemonMessage }
  | { kind: 'unanswered'; ask: number }
  | { kind: 'pair_result'; ask: number; result: PairResult }
  /** With the rules, or every switch would be drawn off until the daemon has answered. */
  | { kind: 'state'; state: LinkState; port: number; rules: Rules }
  /** A message that the daemon sent unasked. */
  | { kind: 'push'; message: DaemonMessage };
