/** A page as Notion has it: a `contenteditable` for each block, and Enter makes a new one. */

import { offer, place } from '../editor';

const page = place();

function block(text: string): HTMLElement {
  const element = document.createElement('div');
  element.contentEditable = 'true';
  element.setAttribute('role', 'textbox');
  element.setAttribute('data-content-editable-leaf', 'true');
  element.style.minHeight = '1.5em';
  element.textContent = text;
  return element;
}

function begin(): void {
  const first = block('');
  page.replaceChildren(first, block('The next block.'), block('And one more.'));
  first.focus();
}

page.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  const next = block('');
  (event.target as HTMLElement).after(next);
  next.focus();
});

/** Of all but the two that stand below. */
function text(): string {
  return [...page.children]
    .slice(0, -2)
    .map((element) => element.textContent)
    .join('\n');
}

begin();
offer({
  text,
  begin,
  replace: (words) => page.firstElementChild?.replaceChildren(words),
});
