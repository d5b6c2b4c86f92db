/** What every kind of field looks like to the rest: reads and writes at the caret. */

import type { CaretBox } from './caret';
import type { Context } from './context';

export interface Writer {
  readonly element: HTMLElement;
  readonly kind: 'input' | 'textarea' | 'contenteditable';
  /** The text around the caret, or null when there is a selection or no caret. */
  context(): Context | null;
  /** How many more characters the field takes. */
  room(): number;
  /**
   * Write at the caret, before anything else happens, as one undo step of its own where the
   * editor has such steps. False when the field then does not hold exactly what it should; an
   * editor's own undo was then asked to take it back, a page's change of it is left alone.
   */
  insert(text: string): Promise<boolean>;
  /** Everything in the field. */
  text(): string;
  caret(): CaretBox | null;
}
