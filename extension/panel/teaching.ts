/** What became of a sentence that was taught, in the words that people read. */

import type { Captured } from '../link/protocol';

const REFUSED: Record<string, string> = {
  too_short: 'That is too short to learn from.',
  one_time_code: 'Not kept: it looks like a one-time code.',
  card_number: 'Not kept: there seems to be a card number in it.',
  iban: 'Not kept: there seems to be a bank account number in it.',
  secret: 'Not kept: there seems to be a password or a key in it.',
};

/** Why PLM did not keep it; null when it did. */
export function whyNotKept(answer: Captured | null): string | null {
  if (!answer) return 'PLM did not answer. Your text is still here: try again.';
  if (answer.document !== null) return null;
  return REFUSED[answer.refused ?? ''] ?? 'Not kept.';
}
