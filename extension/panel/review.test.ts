import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Captures, Document } from '../link/protocol';
import { DocumentPages, PAGE } from './document-pages';
import { markdownSection } from './export';
import { dayOf, EVERYTHING, isEverything, matching } from './filter';
import { isTicked, toggled } from './selection';

function kept(id: number): Document {
  const counts = { typed_chars: 5, pasted_chars: 0, snippet: null };
  const where = { persona: 'default', site: 'example.org', kind: 'textarea' };
  return { id, ...where, text: 'Hello', ...counts, created_at: '2026-11-24T09:00:00+00:00' };
}

/** A store of so many texts, the newest of which has the highest number. */
function store(total: number) {
  const state = { total, asked: [] as number[] };
  const ask = async (offset: number, limit: number): Promise<Captures> => {
    state.asked.push(offset);
    const count = Math.max(0, Math.min(limit, state.total - offset));
    const documents = Array.from({ length: count }, (_, index) =>
      kept(state.total - offset - index),
    );
    const more = offset + count < state.total;
    return { type: 'captures', id: '', documents, total: state.total, more };
  };
  return { state, pages: new DocumentPages(EVERYTHING, ask, () => {}) };
}

const settled = () => vi.waitFor(async () => await Promise.resolve());

describe('pages of kept texts', () => {
  test('are asked for once, when they come into sight', async () => {
    const { state, pages } = store(1_000);
    pages.want(0, 10);
    pages.want(0, 12);
    pages.want(PAGE - 1, PAGE);
    await settled();
    expect(state.asked).toEqual([0, PAGE]);
    expect(pages.total).toBe(1_000);
    expect(pages.at(PAGE)?.id).toBe(1_000 - PAGE);
    expect(pages.at(PAGE * 2)).toBeUndefined();
  });

  test('are shown until better is known, and then are what is kept now', async () => {
    const { state, pages } = store(3);
    pages.want(0, 2);
    await settled();
    state.total = 2;
    pages.outdate();
    expect(pages.at(0)?.id).toBe(3);
    pages.want(0, 2);
    await settled();
    expect([pages.at(0)?.id, pages.at(1)?.id, pages.at(2)]).toEqual([2, 1, undefined]);
  });

  test('are at their place however one scrolls, and never all remembered', async () => {
    const places = fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(places, async (sought) => {
        const { pages } = store(100_000);
        for (const place of sought) {
          pages.want(place, place + 8);
          await settled();
          expect(pages.at(place)?.id).toBe(100_000 - place);
        }
        const here = Array.from({ length: 100_000 }, (_, place) => pages.at(place)).filter(Boolean);
        expect(here.length).toBeLessThanOrEqual(22 * PAGE);
      }),
      { numRuns: 20 },
    );
  });
});

describe('days', () => {
  test('go from midnight to midnight where the user is', () => {
    const { since, before } = matching({ ...EVERYTHING, from: '2026-11-24', to: '2026-11-24' });
    const utc = (moment: string | null) => new Date(`${moment}Z`).getTime();
    expect(utc(since)).toBe(new Date(2026, 10, 24).getTime());
    expect(utc(before)).toBe(new Date(2026, 10, 25).getTime());
  });

  test('of any moment contain it', () => {
    const moments = fc.date({
      min: new Date(2000, 0, 1),
      max: new Date(2050, 0, 1),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (moment) => {
        const day = dayOf(moment);
        const { since, before } = matching({ ...EVERYTHING, from: day, to: day });
        const written = moment.toISOString().slice(0, 19);
        expect(since && since <= written && before && written < before).toBe(true);
      }),
    );
  });

  test('are not named when nothing is', () => {
    expect(isEverything(EVERYTHING)).toBe(true);
    expect(isEverything({ ...EVERYTHING, to: '2026-11-24' })).toBe(false);
    expect(matching(EVERYTHING)).toMatchObject({ since: null, before: null });
  });
});

describe('ticks', () => {
  test('of a range are all those between, in either direction, if all of them are known', async () => {
    const { pages } = store(1_000);
    pages.want(0, 2 * PAGE - 1);
    pages.want(10 * PAGE, 10 * PAGE);
    await settled();
    expect(pages.idsBetween(952, 949)).toEqual([952, 951, 950, 949]);
    expect(pages.idsBetween(949, 952)).toEqual([952, 951, 950, 949]);
    expect(pages.idsBetween(952, 500)).toEqual([500]);
    expect(pages.idsBetween(1, 952)).toEqual([952]);
  });

  test('become what the text that was clicked becomes', () => {
    const some = toggled({ ids: new Set([5]), isAll: false }, [9, 7, 5], 9);
    expect([...(some.ids ?? [])].sort()).toEqual([5, 7, 9]);
    expect(toggled(some, [9, 7, 5], 5).ids?.size).toBe(0);
  });

  test('of all include what was not seen', () => {
    expect(isTicked({ ids: new Set(), isAll: true }, 1)).toBe(true);
    expect(isTicked({ ids: null, isAll: false }, 1)).toBe(false);
  });
});

test('a text is a section of its own in Markdown', () => {
  expect(markdownSection(kept(1))).toBe('## example.org, 2026-11-24T09:00:00+00:00\n\nHello\n\n');
});
