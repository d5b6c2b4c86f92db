import { offer, place } from '../editor';

const element = place();
element.contentEditable = 'true';

/** `innerText` counts some empty lines twice: the first line is bare text, each other one a `div`. */
function lines(): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const node of element.childNodes) {
    const isBlock = node instanceof HTMLDivElement;
    if (isBlock || !isOpen) found.push('');
    found.push((found.pop() ?? '') + (node.textContent ?? ''));
    isOpen = !isBlock;
  }
  return found;
}

offer({
  text: () => lines().join('\n').replaceAll('\u00a0', ' '),
  replace: (text) => {
    element.textContent = text;
  },
});
