/** Where the caret is, and whether it can be seen. All numbers are viewport pixels. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface CaretBox {
  x: number;
  /** Top and bottom of the caret's text, not of its line. */
  top: number;
  bottom: number;
  /** Where lines begin and end: ghost text wraps within. */
  lines: { left: number; right: number };
  /** The element whose text style the ghost copies. */
  styled: HTMLElement;
  /** How much ancestors enlarge the element. */
  scale: number;
  wraps: boolean;
}

/** How much transforms of ancestors enlarge this element. */
export function scaleOf(element: HTMLElement): number {
  const width = element.offsetWidth;
  return width > 0 ? element.getBoundingClientRect().width / width : 1;
}

/** The content box, without padding, border and scroll bar. */
export function contentBox(element: HTMLElement, scale: number): Box {
  const outer = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const left = outer.left + (element.clientLeft + px(style.paddingLeft)) * scale;
  const top = outer.top + (element.clientTop + px(style.paddingTop)) * scale;
  const width = element.clientWidth - px(style.paddingLeft) - px(style.paddingRight);
  const height = element.clientHeight - px(style.paddingTop) - px(style.paddingBottom);
  return { left, top, right: left + width * scale, bottom: top + height * scale };
}

/** Whether the caret lies inside everything that clips the field, and the field is to be seen. */
export function isCaretVisible(field: HTMLElement, caret: CaretBox): boolean {
  if (!field.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const middle = (caret.top + caret.bottom) / 2;
  const inside = (box: Box) =>
    caret.x >= box.left - 1 &&
    caret.x <= box.right + 1 &&
    middle >= box.top &&
    middle <= box.bottom;
  if (!inside({ left: 0, top: 0, right: innerWidth, bottom: innerHeight })) return false;
  for (const element of [field, ...ancestors(field)]) {
    if (clips(element) && !inside(element.getBoundingClientRect())) return false;
  }
  return true;
}

/** Parents, out of shadow trees too. */
export function* ancestors(element: Element): Generator<HTMLElement> {
  let node: Node | null = element;
  while (node) {
    node = node instanceof ShadowRoot ? node.host : (node.parentNode ?? null);
    if (node instanceof HTMLElement) yield node;
  }
}

export function px(length: string): number {
  return Number.parseFloat(length) || 0;
}

function clips(element: HTMLElement): boolean {
  if (element === document.documentElement || element === document.body) return false;
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return isField || getComputedStyle(element).overflow !== 'visible';
}
