import { describe, expect, test } from 'vitest';
import type { SiteRule } from '../link/protocol';
import { allowsCapture, allowsCompletions } from './allowed';

function rule(site: string, capture: boolean, completions: boolean | null = null): SiteRule {
  return { site, capture, completions, documents: 0, persona: null, may_federate: false };
}

const RULES = [
  rule('bank.example', false, true),
  rule('mail.example', true),
  rule('quiet.example', false, false),
];

describe('what is allowed', () => {
  test.each([
    ['mail.example', true, true],
    ['www.mail.example', false, true],
    ['quiet.example', false, false],
    ['unknown.example', false, true],
    ['bank.example', false, true],
    ['evilbank.example', false, false],
    ['www.bank.example', false, false],
    [null, false, true],
  ])('%s: capture %s, suggestions %s', (site, capture, completions) => {
    expect(allowsCapture(site, RULES)).toBe(capture);
    expect(allowsCompletions(site, RULES)).toBe(completions);
  });
});
