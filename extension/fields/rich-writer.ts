/** Plain `contenteditable`: no editor engine keeps a model of its own behind it. */

import { type CaretBox, contentBox, scaleOf } from './caret';
import { sameContext, textBefore } from './context';
import { blockOf, richContext, richText } from './rich-text';
import type { Writer } from './writer';

/** Engines whose model must not be written to behind their back. */
const ENGINES = [
  '.ProseMirror',
  '[data-lexical-editor]',
  '.ql-editor',
  '.ck-editor__editable',
  '.mce-content-body',
  'trix-editor',
  '[data-slate-editor]',
  '.public-DraftEditor-content',
  '.cm-content',
  '.monaco-editor',
].join(',');

export function richWriter(element: HTMLElement): Writer | null {
  const host = editingHost(element);
  if (!host || host.closest(ENGINES)) return null;
  return {
    element: host,
    kind: 'contenteditable',
    context: () => {
      const caret = caretIn(host);
      return caret && richContext(host, caret);
    },
    room: () => Number.POSITIVE_INFINITY,
    insert: (text) => insert(host, text),
    text: () => richText(host),
    caret: () => caretBox(host),
  };
}

/** The outermost element that is edited together with this one. */
function editingHost(element: HTMLElement): HTMLElement | null {
  if (!element.isContentEditable) return null;
  let host = element;
  while (host.parentElement?.isContentEditable) host = host.parentElement;
  return host;
}

function insert(host: HTMLElement, text: string): boolean {
  const caret = caretIn(host);
  if (!caret) return false;
  const was = richContext(host, caret);
  const selection = selectionOf(host);
  // Moving the caret ends the browser's current undo step, so that the user's own typing stays.
  selection?.modify('move', 'backward', 'character');
  selection?.modify('move', 'forward', 'character');
  const back = caretIn(host);
  if (!back || !sameContext(richContext(host, back), was)) return false;
  document.execCommand('insertText', false, text);
  const now = caretIn(host);
  const before = was.before + text;
  const expected = { before: textBefore(before, before.length), after: was.after };
  return now !== null && sameContext(richContext(host, now), expected);
}

function caretIn(host: HTMLElement): Range | null {
  const selection = selectionOf(host);
  if (!selection || selection.rangeCount === 0 || !selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return host.contains(range.startContainer) ? range : null;
}

function selectionOf(host: HTMLElement): Selection | null {
  const root = host.getRootNode();
  // Chromium keeps a selection of its own per shadow root; other browsers have one in all.
  const inShadow = 'getSelection' in root ? (root.getSelection as () => Selection | null) : null;
  return inShadow ? inShadow.call(root) : document.getSelection();
}

function caretBox(host: HTMLElement): CaretBox | null {
  const caret = caretIn(host);
  const rect = caret && caretRect(caret);
  if (!caret || !rect) return null;
  const { startContainer: node } = caret;
  const styled = node instanceof HTMLElement ? node : (node.parentElement ?? host);
  const scale = scaleOf(host);
  const { left, right } = contentBox(blockOf(host, node), scale);
  const wraps = !/^(pre|nowrap)$/.test(getComputedStyle(styled).whiteSpace);
  const { top, bottom } = rect;
  return { x: rect.left, top, bottom, lines: { left, right }, styled, scale, wraps };
}

/** An empty line has no text to measure; its `<br>` or the element before the caret stand in. */
function caretRect(caret: Range): DOMRect | null {
  const own = [...caret.getClientRects()].at(-1);
  if (own && own.height > 0) return own;
  const { startContainer: node, startOffset: offset } = caret;
  const next = node.childNodes[offset];
  if (next instanceof HTMLBRElement) return nonEmpty(next.getBoundingClientRect());
  const previous = node.childNodes[offset - 1];
  if (!previous) return null;
  const range = document.createRange();
  range.selectNodeContents(previous);
  range.collapse(false);
  return nonEmpty(range.getBoundingClientRect());
}

function nonEmpty(rect: DOMRect): DOMRect | null {
  return rect.height > 0 ? rect : null;
}
