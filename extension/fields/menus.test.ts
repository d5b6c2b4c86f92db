import { beforeAll, describe, expect, test } from 'vitest';
import { asksForMenu, hasOpenMenu } from './menus';

beforeAll(() => {
  // The DOM of the tests has no layout.
  Element.prototype.checkVisibility = function () {
    return this.closest('[hidden]') === null;
  };
});

function field(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.querySelector('textarea, input, [contenteditable]') as HTMLElement;
}

const LIST = '<ul id="list" role="listbox"><li id="ada" role="option">Ada</li></ul>';

describe('a menu of the page is open', () => {
  test.each([
    ['as the field says', '<textarea aria-expanded="true"></textarea>'],
    [
      'and is where it says',
      `<textarea aria-expanded="true" aria-controls="list"></textarea>${LIST}`,
    ],
    ['one of two', `<textarea aria-expanded="true" aria-controls="x list"></textarea>${LIST}`],
    [
      'with an active option',
      `<div contenteditable="true" aria-activedescendant="ada"></div>${LIST}`,
    ],
    ['that it controls', `<div contenteditable="true" aria-controls="list"></div>${LIST}`],
    ['that it owns', `<div contenteditable="true" aria-owns="list"></div>${LIST}`],
    ['around the field', '<div role="combobox" aria-expanded="true"><input></div>'],
    ['of the browser', '<input list="all"><datalist id="all"><option>Ada</option></datalist>'],
  ])('%s', (_, html) => {
    expect(hasOpenMenu(field(html))).toBe(true);
  });
});

describe('no menu of the page is open', () => {
  test.each([
    ['where there is none', '<textarea></textarea>'],
    [
      'as the field says',
      `<textarea aria-expanded="false" aria-controls="list"></textarea>${LIST}`,
    ],
    [
      'while it is hidden',
      `<textarea aria-expanded="true" aria-controls="list"></textarea><div hidden>${LIST}</div>`,
    ],
    [
      'while it has nothing to offer',
      '<textarea aria-controls="list"></textarea><ul id="list" role="listbox"></ul>',
    ],
    [
      'where a button bar is controlled',
      '<textarea aria-controls="p"></textarea><p id="p"><b></b></p>',
    ],
    [
      'where the active part is the text itself',
      '<div contenteditable="true" aria-activedescendant="b"><p id="b"></p></div>',
    ],
    ['with nothing to choose from', '<input list="all"><datalist id="all"></datalist>'],
  ])('%s', (_, html) => {
    expect(hasOpenMenu(field(html))).toBe(false);
  });
});

test('a menu in the same shadow tree is found', () => {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  document.body.replaceChildren(host);
  root.innerHTML = `<textarea aria-controls="list"></textarea>${LIST}`;
  expect(hasOpenMenu(root.querySelector('textarea') as HTMLElement)).toBe(true);
});

test.each(['@', 'Dear @ad', '(see #4', 'a :smi', '/tab', 'Line\n@ada'])(
  '%j asks for a menu',
  (before) => {
    expect(asksForMenu(before)).toBe(true);
  },
);

test.each([
  '',
  'ada@example',
  'and/or',
  'at 10:30',
  '# Head',
  '@ada ',
  'Note: ',
  'see https://a.b',
])('%j asks for none', (before) => {
  expect(asksForMenu(before)).toBe(false);
});
