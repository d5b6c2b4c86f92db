/** What the sides of a person, such as work and home, are called. */

import type { Persona, SiteRule } from '../link/protocol';

/** The persona that is always there, as the daemon calls it. */
export const DEFAULT_PERSONA = 'default';

const EVERYDAY = 'Everyday';

export function personaLabel(name: string): string {
  return name === DEFAULT_PERSONA ? EVERYDAY : name;
}

/** Whose texts are kept on a site, and used there. */
export function whoWrites(rule: SiteRule | undefined, inUse: string): string {
  return rule?.persona ?? inUse;
}

/** What is wrong with the name of a new persona; null when nothing is. */
export function nameProblem(name: string, personas: Persona[]): string | null {
  if (!name) return 'Give it a name, such as “Work”.';
  const isTaken = personas.some((one) => one.name === name || personaLabel(one.name) === name);
  return isTaken ? 'There is a persona of this name already.' : null;
}
