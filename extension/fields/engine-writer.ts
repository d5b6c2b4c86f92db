/**
 * Editors with a model of their own: ProseMirror, Lexical, Quill, CKEditor and their kind.
 *
 * Whatever changes their elements behind their back is lost or breaks them, so text is handed to
 * them as a paste, which each of them takes in on its own terms: at once, or a little later.
 */

import { type Context, contextWith, sameContext } from './context';
import { isTextEditor } from './engines';
import { caretBox, contextIn, editingHost } from './rich-caret';
import { richText } from './rich-text';
import { asUndoStep } from './undo-step';
import type { Writer } from './writer';

/** Longer than any editor takes to draw. */
const PATIENCE_MS = 500;

export function engineWriter(element: HTMLElement): Writer | null {
  const host = editingHost(element);
  if (!host || !isTextEditor(host)) return null;
  return {
    element: host,
    kind: 'contenteditable',
    context: () => contextIn(host),
    room: () => Number.POSITIVE_INFINITY,
    insert: (text) => insert(host, text),
    text: () => richText(host),
    caret: () => caretBox(host),
  };
}

async function insert(host: HTMLElement, text: string): Promise<boolean> {
  const was = contextIn(host);
  if (!was) return false;
  const expected = contextWith(was, text);
  asUndoStep(() => host.dispatchEvent(pasteOf(text)));
  const reads = (context: Context) => {
    const now = contextIn(host);
    return now !== null && sameContext(now, context);
  };
  const verdict = await comesTrue(host, () => reads(expected));
  if (verdict === 'false' && !reads(was)) undo(host);
  return verdict !== 'false';
}

/**
 * Some editors draw what was pasted within the event, others in a later task. Nothing can be said
 * once the user has pressed another key.
 */
function comesTrue(
  host: HTMLElement,
  condition: () => boolean,
): Promise<'true' | 'false' | 'unknown'> {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const settle = (verdict: 'true' | 'false' | 'unknown') => {
      ended.abort();
      observer.disconnect();
      clearTimeout(timer);
      resolve(verdict);
    };
    const look = () => {
      if (condition()) settle('true');
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => settle(condition() ? 'true' : 'false'), PATIENCE_MS);
    const options = { capture: true, signal: ended.signal };
    observer.observe(host, { subtree: true, childList: true, characterData: true });
    document.addEventListener('selectionchange', look, options);
    window.addEventListener('keydown', (key) => key.isTrusted && settle('unknown'), options);
    look();
  });
}

function pasteOf(text: string): ClipboardEvent {
  const common = { bubbles: true, cancelable: true, composed: true };
  if (import.meta.env.FIREFOX) {
    // Firefox ignores `clipboardData` here, and has these instead.
    return new ClipboardEvent('paste', {
      ...common,
      dataType: 'text/plain',
      data: text,
    } as ClipboardEventInit);
  }
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  return new ClipboardEvent('paste', { ...common, clipboardData });
}

/** As the user would ask for it. */
function undo(host: HTMLElement): void {
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  const keys = { key: 'z', code: 'KeyZ', keyCode: 90, ctrlKey: !isApple, metaKey: isApple };
  host.dispatchEvent(new KeyboardEvent('keydown', { ...keys, bubbles: true, cancelable: true }));
}
