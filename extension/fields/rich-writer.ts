/** Plain `contenteditable`: no editor engine keeps a model of its own behind it. */

import { contextWith, sameContext } from './context';
import { hasEngine } from './engines';
import { caretBox, contextIn, editingHost, selectionOf } from './rich-caret';
import { richText } from './rich-text';
import type { Writer } from './writer';

export function richWriter(element: HTMLElement): Writer | null {
  const host = editingHost(element);
  if (!host || hasEngine(host)) return null;
  return {
    element: host,
    kind: 'contenteditable',
    context: () => contextIn(host),
    room: () => Number.POSITIVE_INFINITY,
    insert: async (text) => insert(host, text),
    text: () => richText(host),
    caret: () => caretBox(host),
  };
}

function insert(host: HTMLElement, text: string): boolean {
  const was = contextIn(host);
  if (!was) return false;
  const selection = selectionOf(host);
  // Moving the caret ends the browser's current undo step, so that the user's own typing stays.
  selection?.modify('move', 'backward', 'character');
  selection?.modify('move', 'forward', 'character');
  const back = contextIn(host);
  if (!back || !sameContext(back, was)) return false;
  document.execCommand('insertText', false, text);
  const now = contextIn(host);
  return now !== null && sameContext(now, contextWith(was, text));
}
