/** The writer that fits a field. */

import { richWriter } from './rich-writer';
import { valueWriter } from './value-writer';
import type { Writer } from './writer';

/** In the order in which they are asked whether an element is theirs. */
const WRITERS: ReadonlyArray<(element: HTMLElement) => Writer | null> = [valueWriter, richWriter];

export function writerFor(element: HTMLElement): Writer | null {
  for (const candidate of WRITERS) {
    const writer = candidate(element);
    if (writer) return writer;
  }
  return null;
}
