/** Fields of a few words, through which people go with Tab. */

import { px } from './caret';
import type { Writer } from './writer';

/** Some forty letters. */
const SHORT_EM = 20;

export function isShortLine({ kind, element }: Writer): boolean {
  if (kind !== 'input') return false;
  return element.clientWidth < SHORT_EM * px(getComputedStyle(element).fontSize);
}
