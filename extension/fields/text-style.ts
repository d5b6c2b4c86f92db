/** Making our own text look exactly like the text of a field. */

const TEXT_PROPERTIES = [
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'font-stretch',
  'font-variant',
  'font-kerning',
  'font-optical-sizing',
  'font-feature-settings',
  'font-variation-settings',
  'font-size-adjust',
  'line-height',
  'letter-spacing',
  'word-spacing',
  'text-transform',
  'text-rendering',
  'tab-size',
  'direction',
  'unicode-bidi',
  'hyphens',
  'word-break',
  'line-break',
] as const;

export function copyTextStyle(from: HTMLElement, to: HTMLElement): void {
  const source = getComputedStyle(from);
  for (const property of TEXT_PROPERTIES) {
    to.style.setProperty(property, source.getPropertyValue(property));
  }
}

/** Lines of other directions are not drawn on. */
export function isHorizontal(element: HTMLElement): boolean {
  return getComputedStyle(element).writingMode === 'horizontal-tb';
}
