/** Menus of the page's own, for mentions, emoji and completions: the keys are theirs while one is open. */

const MENUS = ['listbox', 'menu', 'grid', 'tree'].map((role) => `[role="${role}"]`).join(',');
/** A word like `@ada`, `#42`, `:smile` or `/table`, for which many menus do not say that they are open. */
const ASKS_FOR_MENU = /(^|[\s(])[@#:/][\p{L}\p{N}_.+-]*$/u;

/** Whether the page shows a menu for this field, by what it tells screen readers. */
export function hasOpenMenu(field: HTMLElement): boolean {
  const owner = field.parentElement?.closest<HTMLElement>('[role="combobox"]');
  return showsMenu(field) || (owner ? showsMenu(owner) : false) || hasDatalist(field);
}

/** Whether what stands before the caret is about to become a mention or a command. */
export function asksForMenu(before: string): boolean {
  return ASKS_FOR_MENU.test(before);
}

function showsMenu(element: HTMLElement): boolean {
  const expanded = element.getAttribute('aria-expanded');
  if (expanded === 'false') return false;
  const menus = referredTo(element, 'aria-controls', 'aria-owns');
  // Some point to nothing that can be found, and mean it all the same.
  if (expanded === 'true') return menus.length === 0 || menus.some(isOpen);
  const active = referredTo(element, 'aria-activedescendant');
  return (
    active.some((option) => isSeen(option) && !element.contains(option)) ||
    menus.some((menu) => menu.matches(MENUS) && isOpen(menu))
  );
}

function referredTo(element: HTMLElement, ...attributes: string[]): Element[] {
  const ids = attributes.flatMap((name) => element.getAttribute(name)?.split(/\s+/) ?? []);
  const root = element.getRootNode() as Document | ShadowRoot;
  return ids.flatMap((id) => root.getElementById(id) ?? document.getElementById(id) ?? []);
}

function isOpen(menu: Element): boolean {
  return menu.childElementCount > 0 && isSeen(menu);
}

function isSeen(element: Element): boolean {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** The browser does not say whether it shows these. */
function hasDatalist(field: HTMLElement): boolean {
  return field instanceof HTMLInputElement && (field.list?.options.length ?? 0) > 0;
}
