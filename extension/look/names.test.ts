import { describe, expect, test } from 'vitest';
import type { Persona, SiteRule } from '../link/protocol';
import { nameProblem, personaLabel, whoWrites } from './persona-names';
import { isSite, siteLabel } from './site-names';

const PERSONAS: Persona[] = [
  { name: 'default', documents: 3, version: 1 },
  { name: 'Work', documents: 0, version: null },
];

function rule(persona: string | null): SiteRule {
  const may = { capture: true, completions: null, may_federate: false };
  return { ...may, site: 'example.org', documents: 0, persona };
}

describe('a persona', () => {
  test('that is always there is called by a name that people use', () => {
    expect(PERSONAS.map(({ name }) => personaLabel(name))).toEqual(['Everyday', 'Work']);
  });

  test('writes on the sites that chose it; elsewhere the one in use does', () => {
    expect(whoWrites(rule('Work'), 'default')).toBe('Work');
    expect(whoWrites(rule(null), 'default')).toBe('default');
    expect(whoWrites(undefined, 'default')).toBe('default');
  });

  test('needs a name, and one that no other is called by', () => {
    expect(nameProblem('Home', PERSONAS)).toBeNull();
    expect(nameProblem('', PERSONAS)).toContain('Give it a name');
    for (const taken of ['Work', 'default', 'Everyday']) {
      expect(nameProblem(taken, PERSONAS)).toBe('There is a persona of this name already.');
    }
  });
});

test('texts that come from no site say where they come from instead', () => {
  expect(siteLabel('taught')).toBe('Taught by you');
  expect(isSite('taught')).toBe(false);
  for (const site of ['example.org', 'localhost:8080', 'constructor']) {
    expect(siteLabel(site)).toBe(site);
    expect(isSite(site)).toBe(true);
  }
});
