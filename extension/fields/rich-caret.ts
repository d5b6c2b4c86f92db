/** The caret of rich content: in which element, and where on the screen. */

import { type CaretBox, contentBox, scaleOf } from './caret';
import type { Context } from './context';
import { blockOf, richContext } from './rich-text';

/** The outermost element that is edited together with this one. */
export function editingHost(element: HTMLElement): HTMLElement | null {
  if (!element.isContentEditable) return null;
  let host = element;
  while (host.parentElement?.isContentEditable) host = host.parentElement;
  return host;
}

export function contextIn(host: HTMLElement): Context | null {
  const caret = caretIn(host);
  return caret && richContext(host, caret);
}

function caretIn(host: HTMLElement): Range | null {
  const selection = selectionOf(host);
  if (!selection || selection.rangeCount === 0 || !selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return host.contains(range.startContainer) ? range : null;
}

export function selectionOf(host: HTMLElement): Selection | null {
  const root = host.getRootNode();
  // Chromium keeps a selection of its own per shadow root; other browsers have one in all.
  const inShadow = 'getSelection' in root ? (root.getSelection as () => Selection | null) : null;
  return inShadow ? inShadow.call(root) : document.getSelection();
}

export function caretBox(host: HTMLElement): CaretBox | null {
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
