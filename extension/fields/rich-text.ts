/** Reading the text around the caret of rich content, the way it looks and not the way it nests. */

import { AFTER_LIMIT, BEFORE_LIMIT, type Context, textAfter, textBefore } from './context';

const NO_BREAK_SPACE = /\u00a0/g;

export function richContext(host: HTMLElement, caret: Range): Context {
  const { startContainer: node, startOffset: offset } = caret;
  const before = read(host, node, offset, BEFORE_LIMIT, true);
  const after = read(host, node, offset, AFTER_LIMIT, false);
  return { before: textBefore(before, before.length), after: textAfter(after, 0) };
}

/** Everything that is written, paragraphs and `<br>` as line breaks. */
export function richText(host: HTMLElement): string {
  // The first paragraph begins a line, but not a second one.
  return read(host, host, 0, Number.POSITIVE_INFINITY, false).replace(/^\n/, '');
}

/** Collects text from the caret outwards until there is enough. */
function read(
  host: HTMLElement,
  container: Node,
  offset: number,
  limit: number,
  backwards: boolean,
): string {
  const pieces: string[] = [];
  let length = 0;
  let block = blockOf(host, container);
  const take = (piece: string) => {
    pieces.push(piece);
    length += piece.length;
  };
  if (container instanceof Text) {
    const { data } = container;
    take(visible(container, backwards ? data.slice(0, offset) : data.slice(offset)));
  }
  for (const node of nodesFrom(host, container, offset, backwards)) {
    if (length > limit) break;
    if (node instanceof HTMLBRElement && !isLastInBlock(host, node)) take('\n');
    if (!(node instanceof Text)) continue;
    const text = visible(node, node.data);
    if (text === '') continue;
    const itsBlock = blockOf(host, node);
    if (itsBlock !== block) take('\n');
    block = itsBlock;
    take(text);
  }
  return (backwards ? pieces.reverse() : pieces).join('').replace(NO_BREAK_SPACE, ' ');
}

function* nodesFrom(
  host: HTMLElement,
  container: Node,
  offset: number,
  backwards: boolean,
): Generator<Node> {
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const first = backwards
    ? firstBackwards(container, offset)
    : firstForwards(host, container, offset);
  if (!first) return;
  walker.currentNode = first.node;
  if (first.included) yield first.node;
  while (backwards ? walker.previousNode() : walker.nextNode()) yield walker.currentNode;
}

interface Start {
  node: Node;
  included: boolean;
}

function firstBackwards(container: Node, offset: number): Start | null {
  const child = container.childNodes[offset - 1];
  if (container instanceof Text || !child) return { node: container, included: false };
  let deepest: Node = child;
  while (deepest.lastChild) deepest = deepest.lastChild;
  return { node: deepest, included: true };
}

function firstForwards(host: HTMLElement, container: Node, offset: number): Start | null {
  if (container instanceof Text) return { node: container, included: false };
  const child = container.childNodes[offset];
  if (child) return { node: child, included: true };
  let node: Node | null = container;
  while (node && node !== host && !node.nextSibling) node = node.parentNode;
  return node && node !== host && node.nextSibling
    ? { node: node.nextSibling, included: true }
    : null;
}

/** What of a text node is to be seen: white space collapses unless the style keeps it. */
function visible(node: Text, data: string): string {
  const parent = node.parentElement;
  if (!parent || /^(SCRIPT|STYLE)$/.test(parent.tagName)) return '';
  if (getComputedStyle(parent).whiteSpace.startsWith('pre')) return data;
  const isSourceIndentation = /^[ \t\r\n\f]*\n[ \t\r\n\f]*$/.test(node.data);
  return isSourceIndentation ? '' : data.replace(/[ \t\r\n\f]+/g, ' ');
}

/** The paragraph that a node belongs to. */
export function blockOf(host: HTMLElement, node: Node): HTMLElement {
  let element = node instanceof HTMLElement ? node : node.parentElement;
  while (element && element !== host) {
    if (!getComputedStyle(element).display.startsWith('inline')) return element;
    element = element.parentElement;
  }
  return host;
}

/** Browsers keep a `<br>` at the end of a paragraph that is not a line of its own. */
function isLastInBlock(host: HTMLElement, br: HTMLBRElement): boolean {
  const block = blockOf(host, br);
  let node: Node = br;
  while (node !== block && !node.nextSibling && node.parentNode) node = node.parentNode;
  return node === block && block !== host && (block.textContent ?? '') !== '';
}
