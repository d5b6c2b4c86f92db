/** Which element has the focus, through shadow roots of either kind. */

import { browser } from 'wxt/browser';

/** Firefox's name for what Chromium offers as `dom.openOrClosedShadowRoot`. */
interface WithAnyShadowRoot {
  openOrClosedShadowRoot?: ShadowRoot | null;
}

export function focusedElement(): HTMLElement | null {
  let element = document.activeElement;
  while (element) {
    const inside = shadowRootOf(element)?.activeElement;
    if (!inside) break;
    element = inside;
  }
  return element instanceof HTMLElement ? element : null;
}

function shadowRootOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  if (import.meta.env.FIREFOX) {
    return (element as WithAnyShadowRoot).openOrClosedShadowRoot ?? null;
  }
  return browser.dom.openOrClosedShadowRoot(element) as ShadowRoot | null;
}
