/** The one field that the user is writing in, if PLM may help there. */

import { focusedElement } from './focus';
import { isSensitive, watchForSecrets } from './sensitive';
import type { Writer } from './writer';
import { writerFor } from './writers';

export class Attention {
  current: Writer | null = null;

  constructor(private readonly onChange: (writer: Writer | null) => void) {}

  /** The focus may have moved, or the field may have become something else. */
  refresh(): void {
    const writer = fieldInUse();
    if (writer?.element === this.current?.element && writer?.kind === this.current?.kind) return;
    this.current = writer;
    this.onChange(writer);
  }
}

function fieldInUse(): Writer | null {
  const element = focusedElement();
  if (!element) return null;
  const root = element.getRootNode();
  if (root instanceof ShadowRoot) watchForSecrets(root);
  // Asked of every focused element, also of those we could not write in: passwords are
  // remembered from here on.
  if (isSensitive(element)) return null;
  const writer = writerFor(element);
  return writer && !isSensitive(writer.element) ? writer : null;
}
