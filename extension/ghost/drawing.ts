/** Puts ghost text after the caret, as if the field itself had written it in grey. */

import type { CaretBox } from '../fields/caret';
import { copyTextStyle } from '../fields/text-style';
import * as layer from '../overlay/layer';

/** Keeps 4.5 : 1 against the background where the text itself is black on white, or the reverse. */
const GHOST_OPACITY = '0.56';
/** Takes no width, and the ghost's first word may wrap after it. */
const ANCHOR = '\u2060';
const CHIP_GAP = 4;
const CHIP_OPACITY = '0.8';

export interface Ghost {
  text: string;
  field: HTMLElement;
  caret: CaretBox;
  /** Something is written below the caret's line, which a wrapped ghost would run into. */
  covers: boolean;
}

let block: HTMLElement | null = null;
let drawn: Ghost | null = null;
let visible = '';

/**
 * Returns what of the text is on the screen: all of it, or in a field of one line the words that
 * have room. `fresh` when no part of the suggestion was visible before.
 */
export function draw(ghost: Ghost, fresh: boolean): string {
  if (!fresh && drawn && layer.isOpen() && looksSame(drawn, ghost)) return visible;
  erase();
  drawn = ghost;
  block = document.createElement('div');
  copyTextStyle(ghost.caret.styled, block);
  layer.layerRoot().append(block);
  // Opening again puts the ghost above whatever entered the top layer since.
  if (fresh || !layer.isOpen()) layer.open();
  drawInline(block, ghost);
  visible = ghost.caret.wraps ? ghost.text : drawWhatFits(block, ghost);
  return visible;
}

export function hide(): void {
  erase();
  layer.close();
}

function erase(): void {
  block?.remove();
  block = null;
  drawn = null;
}

function looksSame(one: Ghost, other: Ghost): boolean {
  const sameLines =
    one.caret.lines.left === other.caret.lines.left &&
    one.caret.lines.right === other.caret.lines.right;
  const samePlace = one.caret.x === other.caret.x && one.caret.top === other.caret.top;
  return one.text === other.text && one.covers === other.covers && samePlace && sameLines;
}

function drawInline(element: HTMLElement, { text, field, caret, covers }: Ghost): void {
  const { lines, scale } = caret;
  const isRtl = getComputedStyle(caret.styled).direction === 'rtl';
  const indent = isRtl ? lines.right - caret.x : caret.x - lines.left;
  const anchor = document.createElement('span');
  anchor.style.display = 'inline-block';
  anchor.style.textIndent = '0';
  anchor.textContent = ANCHOR;
  const words = document.createElement('span');
  words.textContent = text;
  words.style.opacity = GHOST_OPACITY;
  const paper = document.createElement('span');
  paper.append(words);
  element.replaceChildren(anchor, paper);
  assign(element, {
    position: 'fixed',
    margin: '0',
    padding: '0',
    border: '0',
    color: getComputedStyle(caret.styled).color,
    'text-align': 'start',
    'text-indent': `${indent / scale}px`,
    'white-space': caret.wraps ? 'pre-wrap' : 'pre',
    'overflow-wrap': 'break-word',
    width: `${(lines.right - lines.left) / scale}px`,
    left: `${lines.left}px`,
    top: `${caret.top}px`,
    transform: scale === 1 ? 'none' : `scale(${scale})`,
    'transform-origin': '0 0',
  });
  const seen = textRect(anchor);
  element.style.left = `${lines.left + caret.x - seen.left}px`;
  element.style.top = `${caret.top + caret.top - seen.top}px`;
  // Where the ghost runs into something else, a background keeps it readable.
  const leaves = element.getBoundingClientRect().bottom > field.getBoundingClientRect().bottom + 1;
  if (covers || leaves) paper.style.background = backgroundOf(caret.styled);
}

/** As many words as have room on the line; if there is none for the first, a card with them all. */
function drawWhatFits(element: HTMLElement, ghost: Ghost): string {
  let text = ghost.text;
  while (overflows(element, ghost.caret)) {
    text = text.replace(/\s*\S+\s*$/u, '');
    if (text.trim() === '') {
      drawChip(element, ghost);
      return ghost.text;
    }
    drawInline(element, { ...ghost, text });
  }
  return text;
}

/** No room on the line: say it on a small card below instead. */
function drawChip(element: HTMLElement, { text, field, caret }: Ghost): void {
  const words = document.createElement('span');
  words.textContent = text.trim();
  words.style.opacity = CHIP_OPACITY;
  element.replaceChildren(words);
  assign(element, {
    width: 'max-content',
    'max-width': '90vw',
    'text-indent': '0',
    padding: '2px 8px',
    'border-radius': '6px',
    background: backgroundOf(caret.styled),
    'box-shadow': '0 1px 6px rgb(0 0 0 / 0.25)',
    transform: 'none',
  });
  const own = element.getBoundingClientRect();
  const around = field.getBoundingClientRect();
  const below = around.bottom + CHIP_GAP;
  const fitsBelow = below + own.height <= innerHeight;
  const left = Math.min(caret.x, innerWidth - own.width - CHIP_GAP);
  element.style.left = `${Math.max(CHIP_GAP, left)}px`;
  element.style.top = `${fitsBelow ? below : around.top - CHIP_GAP - own.height}px`;
}

function overflows(element: HTMLElement, caret: CaretBox): boolean {
  const words = element.lastElementChild?.getBoundingClientRect();
  if (!words) return false;
  return words.right > caret.lines.right + 1 || words.left < caret.lines.left - 1;
}

function textRect(element: HTMLElement): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect();
}

/** The first opaque background behind the text. */
function backgroundOf(element: HTMLElement): string {
  let node: Element | null = element;
  while (node) {
    const { backgroundColor } = getComputedStyle(node);
    const isOpaque = !/^(transparent|rgba\(.*, 0(\.\d+)?\))$/.test(backgroundColor);
    if (isOpaque) return backgroundColor;
    const root = node.getRootNode();
    node = node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return 'Canvas';
}

function assign(element: HTMLElement, style: Record<string, string>): void {
  for (const [property, value] of Object.entries(style)) element.style.setProperty(property, value);
}
