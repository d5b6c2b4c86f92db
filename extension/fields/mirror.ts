/**
 * The caret of a field, found by laying out the same text in the same style out of sight.
 *
 * For browsers that cannot measure inside a field. Very long texts are left alone: copying them
 * on each key would be felt.
 */

import * as layer from '../overlay/layer';
import { px } from './caret';
import { copyTextStyle } from './text-style';

const LONGEST_TEXT = 50_000;
/** Takes no width, and no line breaks before it. */
const WORD_JOINER = '\u2060';
const BOX_PROPERTIES = [
  'padding-top',
  'padding-right',
  'padding-bottom',
  'padding-left',
  'border-top-width',
  'border-right-width',
  'border-bottom-width',
  'border-left-width',
  'text-align',
  'text-indent',
] as const;

export function mirroredCaret(
  field: HTMLInputElement | HTMLTextAreaElement,
  caret: number,
  scale: number,
): DOMRect | null {
  if (field.value.length > LONGEST_TEXT) return null;
  const mirror = layOut(field, caret);
  const wasOpen = layer.isOpen();
  if (!wasOpen) layer.open();
  const marker = mirror.lastElementChild as HTMLElement;
  const own = mirror.getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(marker);
  const seen = range.getBoundingClientRect();
  mirror.remove();
  if (!wasOpen) layer.close();

  const outer = field.getBoundingClientRect();
  const x = outer.left + (seen.left - own.left - field.scrollLeft) * scale;
  const y = outer.top + (seen.top - own.top - field.scrollTop + shift(field, own)) * scale;
  return new DOMRect(x, y, 0, seen.height * scale);
}

function layOut(field: HTMLInputElement | HTMLTextAreaElement, caret: number): HTMLElement {
  const isLine = field instanceof HTMLInputElement;
  const mirror = document.createElement('div');
  const style = getComputedStyle(field);
  copyTextStyle(field, mirror);
  for (const property of BOX_PROPERTIES) {
    mirror.style.setProperty(property, style.getPropertyValue(property));
  }
  mirror.style.position = 'fixed';
  mirror.style.visibility = 'hidden';
  mirror.style.left = '0';
  mirror.style.top = '0';
  mirror.style.boxSizing = 'border-box';
  mirror.style.borderStyle = 'solid';
  const scrollBar = field.offsetWidth - field.clientWidth - borders(field);
  mirror.style.width = `${field.offsetWidth - scrollBar}px`;
  mirror.style.whiteSpace = isLine || field.wrap === 'off' ? 'pre' : 'pre-wrap';
  mirror.style.overflowWrap = isLine ? 'normal' : 'break-word';
  const marker = document.createElement('span');
  marker.textContent = WORD_JOINER;
  mirror.append(field.value.slice(0, caret), marker);
  layer.layerRoot().append(mirror);
  return mirror;
}

/** Fields of one line centre it in their height. */
function shift(field: HTMLElement, mirror: DOMRect): number {
  return field instanceof HTMLInputElement ? (field.offsetHeight - mirror.height) / 2 : 0;
}

function borders(field: HTMLElement): number {
  const style = getComputedStyle(field);
  return px(style.borderLeftWidth) + px(style.borderRightWidth);
}
