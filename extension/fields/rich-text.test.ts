import { beforeEach, describe, expect, test } from 'vitest';
import { richContext, richText } from './rich-text';

let host: HTMLElement;

beforeEach(() => {
  // What every browser knows of these elements, and the DOM of the tests does not.
  const style = '<style>b, i { display: inline } pre { white-space: pre }</style>';
  document.body.innerHTML = `${style}<div id="host" contenteditable="true"></div>`;
  host = document.querySelector('#host') as HTMLElement;
});

/** The context at the `|` of this content. */
function contextAt(html: string) {
  host.innerHTML = html;
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    const offset = text.data.indexOf('|');
    if (offset < 0) continue;
    text.deleteData(offset, 1);
    const caret = document.createRange();
    caret.setStart(text, offset);
    return richContext(host, caret);
  }
  throw new Error('no caret');
}

describe('around the caret of rich content', () => {
  test.each([
    ['plain text', 'Hello |world', 'Hello ', 'world'],
    ['formatted words', 'Dear <b>Sa|ra</b>, hello', 'Dear Sa', 'ra, hello'],
    ['paragraphs', '<p>One.</p><p>Two| three</p><p>Four</p>', 'One.\nTwo', ' three\nFour'],
    ['line breaks', 'One<br>Two|<br>Three', 'One\nTwo', '\nThree'],
    ['non-breaking spaces', 'a&nbsp;b |', 'a b ', ''],
    ['white space between blocks', '<p>One</p>\n  <p>T|wo</p>\n', 'One\nT', 'wo'],
    ['source line breaks', 'One\n   two |', 'One two ', ''],
    ['kept white space', '<pre>a\n  b|</pre>', 'a\n  b', ''],
  ])('%s read as they look', (_, html, before, after) => {
    expect(contextAt(html)).toEqual({ before, after });
  });

  test('no more is read than a completion can use', () => {
    const { before, after } = contextAt(`${'x'.repeat(5_000)}|${'y'.repeat(5_000)}`);
    expect(before).toHaveLength(2_000);
    expect(after).toHaveLength(300);
  });

  test('an empty paragraph begins a new line', () => {
    host.innerHTML = '<p>One.</p><p><br></p>';
    const caret = document.createRange();
    caret.setStart(host.lastElementChild as Element, 0);
    expect(richContext(host, caret).before).toBe('One.\n');
  });
});

test('the whole text has one line per paragraph and break', () => {
  host.innerHTML = '<div>Dear Ada,</div><div><br></div><div>thank <i>you</i>.</div>';
  expect(richText(host)).toBe('Dear Ada,\n\nthank you.');
});
