/** One writer per kind of field, all behind one small interface. */

import type { CaretBox } from './caret';
import type { Context } from './context';
import { richWriter } from './rich-writer';
import { valueWriter } from './value-writer';

export interface Writer {
  readonly element: HTMLElement;
  readonly kind: 'input' | 'textarea' | 'contenteditable';
  /** The text around the caret, or null when there is a selection or no caret. */
  context(): Context | null;
  /** How many more characters the field takes. */
  room(): number;
  /**
   * Write at the caret as one undo step of its own. False when the field then does not hold
   * exactly what it should; nothing is repaired, as the text is the user's.
   */
  insert(text: string): boolean;
  /** Everything in the field. */
  text(): string;
  caret(): CaretBox | null;
}

/** In the order in which they are asked whether an element is theirs. */
const WRITERS: ReadonlyArray<(element: HTMLElement) => Writer | null> = [valueWriter, richWriter];

export function writerFor(element: HTMLElement): Writer | null {
  for (const candidate of WRITERS) {
    const writer = candidate(element);
    if (writer) return writer;
  }
  return null;
}
