/** The writer that fits a field. */

import { engineWriter } from './engine-writer';
import { richWriter } from './rich-writer';
import { valueWriter } from './value-writer';
import type { Writer } from './writer';

/** In the order in which they are asked whether an element is theirs. */
const WRITERS: ReadonlyArray<(element: HTMLElement) => Writer | null> = [
  valueWriter,
  engineWriter,
  richWriter,
];

/** Editors that did something else than they were asked to. */
const unsafe = new WeakSet<HTMLElement>();

export function writerFor(element: HTMLElement): Writer | null {
  for (const candidate of WRITERS) {
    const writer = candidate(element);
    if (writer) return unsafe.has(writer.element) ? null : writer;
  }
  return null;
}

/** Never write there again, for as long as the page lives. */
export function markUnsafe(writer: Writer): void {
  unsafe.add(writer.element);
}
