/** A comment as GitHub has it: a textarea in a form with two tabs, and GitHub's own menu of people. */

import '@github/text-expander-element';
import { offer, place } from '../editor';

const PEOPLE = ['Ada Lovelace', 'Charles Babbage'];

place().innerHTML = `
  <form>
    <div role="tablist">
      <button type="button" role="tab" aria-selected="true">Write</button>
      <button type="button" role="tab">Preview</button>
    </div>
    <text-expander keys="@" multiword="@">
      <textarea name="comment[body]" rows="5" cols="100" placeholder="Leave a comment"></textarea>
    </text-expander>
    <button>Comment</button>
  </form>`;
const field = place().querySelector('textarea') as HTMLTextAreaElement;
const expander = place().querySelector('text-expander') as HTMLElement;

interface Change {
  text: string;
  provide(found: Promise<{ matched: boolean; fragment: HTMLElement }>): void;
}

expander.addEventListener('text-expander-change', (event) => {
  const { text, provide } = (event as CustomEvent<Change>).detail;
  const found = PEOPLE.filter((name) => text && name.startsWith(text) && name !== text);
  const list = document.createElement('ul');
  list.setAttribute('role', 'listbox');
  for (const name of found) {
    const option = document.createElement('li');
    option.setAttribute('role', 'option');
    option.dataset.value = name;
    option.id = `person-${name.length}`;
    option.textContent = name;
    list.append(option);
  }
  provide(Promise.resolve({ matched: found.length > 0, fragment: list }));
});

expander.addEventListener('text-expander-value', (event) => {
  const { detail } = event as CustomEvent<{ item: HTMLElement; value: string }>;
  detail.value = `@${detail.item.dataset.value}`;
});

offer({
  text: () => field.value,
  replace: (text) => {
    field.value = text;
  },
});
