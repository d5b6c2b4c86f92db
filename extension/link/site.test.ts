import { expect, test } from 'vitest';
import { siteOf } from './site';

test.each([
  ['https://mail.example.org/inbox?x=1#y', 'mail.example.org'],
  ['https://MAIL.Example.org', 'mail.example.org'],
  ['https://example.org:443', 'example.org'],
  ['http://example.org:8080/', 'example.org:8080'],
  ['http://[::1]:3000/', '[::1]:3000'],
  ['https://bücher.example/', 'xn--bcher-kva.example'],
])('a rule for %s is about %s', (address, site) => {
  expect(siteOf(address)).toBe(site);
});

test.each([
  undefined,
  '',
  'null',
  'about:blank',
  'file:///home/me/notes.html',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop/panel.html',
  'data:text/html,hello',
])('there are no rules for %j', (address) => {
  expect(siteOf(address)).toBeNull();
});
