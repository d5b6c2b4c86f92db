import { describe, expect, test } from 'vitest';
import { contextWith } from '../fields/context';
import { Acceptances } from './acceptances';
import { Showing } from './showing';

const TYPED = { before: 'I woul', after: '' };

/** Somebody who accepts, in one field. */
class Desk {
  readonly acceptances = new Acceptances();
  private readonly states = [TYPED];
  private here = 0;

  accept(showing: Showing, ...texts: string[]): void {
    for (const text of texts) {
      const was = this.states[this.here] ?? TYPED;
      showing.accept(text.length);
      this.acceptances.add({ was, text, showing });
      this.here += 1;
      this.states.splice(this.here, Number.POSITIVE_INFINITY, contextWith(was, text));
    }
  }

  /** Undo or redo: the field reads again what it read after so many pieces. */
  step(pieces: number) {
    const now = this.states[pieces] ?? TYPED;
    this.here = pieces;
    const reports = this.acceptances.stepped(now);
    return reports.map(({ was, wasAcceptedChars, result, acceptedChars }) => [
      was,
      wasAcceptedChars,
      result,
      acceptedChars,
    ]);
  }
}

function shown(): Showing {
  return new Showing('f', 6, 0);
}

describe('what was accepted', () => {
  test('is taken back by an undo and given again by a redo', () => {
    const desk = new Desk();
    const showing = shown();
    desk.accept(showing, 'd like');
    showing.outcome('accepted');
    expect(desk.step(0)).toEqual([['accepted', 6, 'undone', 0]]);
    expect(desk.step(1)).toEqual([['undone', 0, 'accepted', 6]]);
    expect(desk.step(0)).toEqual([['accepted', 6, 'undone', 0]]);
  });

  test('piece after piece is undone piece after piece', () => {
    const desk = new Desk();
    const showing = shown();
    desk.accept(showing, 'd', ' like');
    showing.outcome('accepted');
    expect(desk.step(1)).toEqual([['accepted', 6, 'accepted_word', 1]]);
    expect(desk.step(0)).toEqual([['accepted_word', 1, 'undone', 0]]);
    expect(desk.step(1)).toEqual([['undone', 0, 'accepted_word', 1]]);
    expect(desk.step(2)).toEqual([['accepted_word', 1, 'accepted', 6]]);
  });

  test('may be several suggestions that are undone at once', () => {
    const desk = new Desk();
    const [first, second] = [shown(), shown()];
    desk.accept(first, 'd like');
    first.outcome('accepted');
    desk.accept(second, ' tea.');
    second.outcome('accepted');
    expect(desk.step(0)).toEqual([
      ['accepted', 5, 'undone', 0],
      ['accepted', 6, 'undone', 0],
    ]);
    expect(desk.step(2)).toEqual([
      ['undone', 0, 'accepted', 6],
      ['undone', 0, 'accepted', 5],
    ]);
  });

  test('is undone too where an editor takes back more', () => {
    const desk = new Desk();
    const showing = shown();
    desk.accept(showing, 'd like');
    showing.outcome('accepted');
    const [report] = desk.acceptances.stepped({ before: 'I', after: '' });
    expect(report?.result).toBe('undone');
  });

  test('is reported as what is left when the undo comes before the report', () => {
    const desk = new Desk();
    const showing = shown();
    desk.accept(showing, 'd');
    expect(desk.step(0)).toEqual([]);
    expect(showing.outcome('dismissed')).toMatchObject({ result: 'dismissed', acceptedChars: 0 });
  });

  test.each([
    ['something later was undone', { before: 'I would like t', after: '' }],
    ['the caret stands elsewhere', { before: 'I woul', after: 'd like' }],
    ['something was written before it', { before: 'So I woul', after: '' }],
  ])('stands when %s', (_, now) => {
    const desk = new Desk();
    const showing = shown();
    desk.accept(showing, 'd like');
    showing.outcome('accepted');
    expect(desk.acceptances.stepped(now)).toEqual([]);
  });

  test('cannot be done again once something else was accepted', () => {
    const desk = new Desk();
    const [first, second] = [shown(), shown()];
    desk.accept(first, 'd like');
    first.outcome('accepted');
    desk.step(0);
    desk.accept(second, 'd rather');
    second.outcome('accepted');
    expect(desk.acceptances.stepped(contextWith(TYPED, 'd like'))).toEqual([]);
  });
});
