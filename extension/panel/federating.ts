/** What the daemon does for its community, in the words that people read. */

import type { FederationDoing, FederationStatus, FederationVerdict } from '../link/protocol';
import { counted } from './counted';
import { percent } from './figures';

const STAGES: Record<string, string> = {
  beginning: 'Getting ready',
  'making an update': 'Making an update from your texts',
};

export function stageLabel({ stage, held }: FederationDoing, updateWaits: boolean): string {
  const online = updateWaits
    ? 'Ready: waiting to be asked for the update'
    : 'Connected, with no update to give yet';
  const name = stage === 'online' ? online : (STAGES[stage] ?? sentence(stage));
  return held ? `${name}: waiting while you write` : name;
}

export function waitingLabel({ paused, waits_for }: FederationStatus): string {
  if (paused) return 'You paused it.';
  return waits_for ? `Waiting for ${waits_for}.` : 'About to take part.';
}

export function putOutLabel(reason: string): string {
  return `${reason} This computer takes part no more. Leave, and join anew with an invitation.`;
}

export function inUseLabel({ in_use, version, tried }: FederationStatus): string {
  const used = in_use === null ? 'its adapter is not used yet' : `version ${in_use} in use`;
  if (version === in_use) return used;
  return tried ? `${used}, ${version} did not help you` : `${used}, ${version} yet to be tried`;
}

const LITTLE = 0.01;

/** "Used: 4% better on your newest texts" */
export function verdictLabel(
  { kept, gain, reason }: Pick<FederationVerdict, 'kept' | 'gain' | 'reason'>,
  locale?: string,
): string {
  const used = kept ? 'Used' : 'Not used';
  if (gain === null) return `${used}: ${reason}`;
  const size = Math.abs(gain) < LITTLE ? 'a little' : percent(Math.abs(gain), locale);
  const measured = `${size} ${gain >= 0 ? 'better' : 'worse'} on your newest texts`;
  // What is better and not used all the same has another reason.
  return kept || gain < 0 ? `${used}: ${measured}` : `${used}: ${reason}`;
}

export function whatIsUsed({ texts, update_waits }: FederationStatus): string {
  if (texts === 0) return 'No site may federate yet: switch some on under “Sites”.';
  const from = `${counted(texts, 'text')} on sites that may federate.`;
  return update_waits ? `${from} An update waits to be asked for.` : from;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "12 kB", as people count. */
export function size(bytes: number, locale?: string): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1_000 && unit < UNITS.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit],
    maximumSignificantDigits: 3,
  }).format(amount);
}

/** ε as a number; null where there is none to be shown. */
export function epsilonLabel(
  { epsilon, rounds }: FederationStatus,
  locale?: string,
): string | null {
  if (epsilon === null || rounds.length === 0) return null;
  return epsilon.toLocaleString(locale, { maximumSignificantDigits: 3 });
}

export function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
