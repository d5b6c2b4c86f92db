import { describe, expect, test } from 'vitest';
import type { FederationStatus } from '../link/protocol';
import {
  epsilonLabel,
  inUseLabel,
  putOutLabel,
  size,
  stageLabel,
  verdictLabel,
  waitingLabel,
  whatIsUsed,
} from './federating';
import { withOwn } from './federation-terms';

const ROUND = {
  community: 'Writers',
  at: '2026-03-01T09:30:00+00:00',
  version: 1,
  bytes: 1_300_000,
  threshold: 20,
  noise_multiplier: 1,
};

function status(changed: Partial<FederationStatus> = {}): FederationStatus {
  return {
    type: 'federation_status',
    id: '',
    community: 'Writers',
    url: 'https://writers.example',
    device: '7',
    joined_at: '2026-03-01T09:30:00+00:00',
    paused: false,
    put_out: null,
    version: 2,
    in_use: 2,
    tried: true,
    update_waits: false,
    texts: 12,
    doing: null,
    waits_for: null,
    last: null,
    rounds: [ROUND],
    bytes: ROUND.bytes,
    verdicts: [],
    epsilon: 4.886,
    delta: 1e-6,
    epsilon_in_words: 'weak',
    smallest_cohort: 3,
    most_epsilon: null,
    metered: false,
    ...changed,
  };
}

describe('what goes on', () => {
  test('is said in words, and that it stands still', () => {
    const doing = { stage: 'making an update', fraction: 0.5, held: false };
    expect(stageLabel(doing, false)).toBe('Making an update from your texts');
    expect(stageLabel({ ...doing, held: true }, false)).toContain('waiting while you write');
    expect(stageLabel({ ...doing, stage: 'a stage of a later version' }, true)).toMatch(/^A stage/);
  });

  test('nobody waits for an update that there is not', () => {
    const online = { stage: 'online', fraction: null, held: false };
    expect(stageLabel(online, true)).toBe('Ready: waiting to be asked for the update');
    expect(stageLabel(online, false)).toBe('Connected, with no update to give yet');
  });

  test('or what is waited for', () => {
    expect(waitingLabel(status({ waits_for: 'mains power' }))).toBe('Waiting for mains power.');
    expect(waitingLabel(status({ paused: true }))).toBe('You paused it.');
    expect(waitingLabel(status())).toBe('About to take part.');
  });
});

test('a release is in use, or it is said why not', () => {
  expect(inUseLabel(status())).toBe('version 2 in use');
  expect(inUseLabel(status({ in_use: 1 }))).toBe('version 1 in use, 2 did not help you');
  expect(inUseLabel(status({ in_use: null, tried: false }))).toBe(
    'its adapter is not used yet, 2 yet to be tried',
  );
});

test('what came of a version is said in words, and by how much', () => {
  const better = { kept: true, gain: 0.041, reason: 'it predicts your newest texts better' };
  expect(verdictLabel(better, 'en')).toBe('Used: 4% better on your newest texts');
  expect(verdictLabel({ ...better, gain: 0.004 })).toBe(
    'Used: a little better on your newest texts',
  );
  expect(verdictLabel({ ...better, kept: false, gain: -0.02 }, 'en')).toBe(
    'Not used: 2% worse on your newest texts',
  );
  const slower = { kept: false, gain: 0.03, reason: 'it would have saved you fewer keystrokes' };
  expect(verdictLabel(slower)).toBe('Not used: it would have saved you fewer keystrokes');
  expect(verdictLabel({ ...slower, gain: null, reason: 'it changes nothing yet' })).toBe(
    'Not used: it changes nothing yet',
  );
});

test('who was put out is told what is left to do', () => {
  expect(putOutLabel('No.')).toBe(
    'No. This computer takes part no more. Leave, and join anew with an invitation.',
  );
});

test('who lets no site federate hears where to do so', () => {
  expect(whatIsUsed(status({ texts: 0 }))).toContain('under “Sites”');
  expect(whatIsUsed(status({ texts: 1 }))).toBe('1 text on sites that may federate.');
  expect(whatIsUsed(status({ update_waits: true }))).toContain('waits to be asked for');
});

test('sizes are said as people count', () => {
  expect([0, 999, 1_300, 1_300_000].map((bytes) => size(bytes, 'en'))).toEqual([
    '0 byte',
    '999 byte',
    '1.3 kB',
    '1.3 MB',
  ]);
});

test('ε is shown where there is one', () => {
  expect(epsilonLabel(status(), 'en')).toBe('4.89');
  expect(epsilonLabel(status({ epsilon: null }))).toBeNull();
  expect(epsilonLabel(status({ rounds: [], epsilon: 0 }))).toBeNull();
});

test('what was chosen elsewhere is offered among the rest', () => {
  expect(withOwn([3, 10, 30], 20)).toEqual([3, 10, 20, 30]);
  expect(withOwn([3, 10, 30], 10)).toEqual([3, 10, 30]);
  expect(withOwn([1, 2], null)).toEqual([1, 2]);
});
