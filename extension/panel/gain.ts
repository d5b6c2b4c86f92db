/** What learning has gained, as points of a line. */

import type { LearnedVersion } from '../link/protocol';

export interface Point {
  version: number;
  /** How much less surprising the user's texts are than before anything was learned: 0.1 is 10 %. */
  gain: number;
}

/** By how much a version beats the one before it on the same texts, relative. */
export function gainOf({ before, after }: LearnedVersion): number {
  return before.bits_per_char > 0 ? 1 - after.bits_per_char / before.bits_per_char : 0;
}

/** The versions that came into use, the oldest first; each gain is on top of those before it. */
export function gains(versions: LearnedVersion[]): Point[] {
  let left = 1;
  return versions
    .filter(({ state }) => state === 'in_use' || state === 'kept')
    .sort((one, other) => one.version - other.version)
    .map((version) => {
      left *= 1 - gainOf(version);
      return { version: version.version, gain: 1 - left };
    });
}
