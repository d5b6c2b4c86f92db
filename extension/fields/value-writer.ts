/** `<input>` and `<textarea>`. */

import { type CaretBox, contentBox, scaleOf } from './caret';
import { type Context, textAfter, textBefore } from './context';
import { mirroredCaret } from './mirror';
import type { Writer } from './writer';

const WRITABLE_TYPES = new Set(['text', 'search']);

type ValueField = HTMLInputElement | HTMLTextAreaElement;

/** Chromium's way to measure text inside a field, where it exists. */
interface OpaqueRange {
  getBoundingClientRect(): DOMRect;
  disconnect?(): void;
}

export function valueWriter(element: HTMLElement): Writer | null {
  const field = asValueField(element);
  if (!field) return null;
  return {
    element: field,
    kind: field instanceof HTMLInputElement ? 'input' : 'textarea',
    context: () => contextOf(field),
    room: () => (field.maxLength < 0 ? Number.POSITIVE_INFINITY : field.maxLength - length(field)),
    insert: async (text) => insert(field, text),
    text: () => field.value,
    caret: () => caretOf(field),
  };
}

function asValueField(element: HTMLElement): ValueField | null {
  const isText =
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && WRITABLE_TYPES.has(element.type));
  return isText && !element.readOnly && !element.disabled ? element : null;
}

function contextOf(field: ValueField): Context | null {
  const caret = field.selectionStart;
  if (caret === null || caret !== field.selectionEnd) return null;
  const text = field.value;
  return { before: textBefore(text, caret), after: textAfter(text, caret) };
}

function insert(field: ValueField, text: string): boolean {
  const caret = field.selectionStart ?? 0;
  const before = field.value;
  const expected = before.slice(0, caret) + text + before.slice(caret);
  // Moving the caret ends the browser's current undo step, so that the user's own typing stays.
  if (caret > 0) field.setSelectionRange(caret - 1, caret - 1);
  field.setSelectionRange(caret, caret);
  document.execCommand('insertText', false, text);
  return field.value === expected;
}

function caretOf(field: ValueField): CaretBox | null {
  const caret = field.selectionStart;
  if (caret === null) return null;
  const scale = scaleOf(field);
  const rect = measuredCaret(field, caret) ?? mirroredCaret(field, caret, scale);
  if (!rect) return null;
  const { left, right } = contentBox(field, scale);
  return {
    x: rect.left,
    top: rect.top,
    bottom: rect.bottom,
    lines: { left, right },
    styled: field,
    scale,
    wraps: field instanceof HTMLTextAreaElement && field.wrap !== 'off',
  };
}

function measuredCaret(field: ValueField, caret: number): DOMRect | null {
  if (!('createValueRange' in field)) return null;
  const create = field.createValueRange as (start: number, end: number) => OpaqueRange;
  const range = create.call(field, caret, caret);
  const rect = range.getBoundingClientRect();
  range.disconnect?.();
  return rect.height > 0 ? rect : null;
}

function length(field: ValueField): number {
  return field instanceof HTMLTextAreaElement ? field.textLength : field.value.length;
}
