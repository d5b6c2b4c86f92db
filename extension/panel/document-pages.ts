/** Kept texts by their place in the list, asked for page by page as they come into sight. */

import type { Captures, Document } from '../link/protocol';
import type { Filter } from './filter';

export const PAGE = 50;
/** So many pages are remembered: what was scrolled past long ago is asked for again. */
const REMEMBERED = 20;

export type AskForPage = (offset: number, limit: number) => Promise<Captures | null>;

export class DocumentPages {
  /** Null until the first page is there. */
  total: number | null = null;

  private readonly pages = new Map<number, Document[]>();
  private readonly fresh = new Set<number>();
  private readonly asked = new Set<number>();
  private age = 0;
  /** Another one whenever another text may be at some place. */
  version = 0;

  constructor(
    /** Which texts these are. */
    readonly filter: Filter,
    private readonly ask: AskForPage,
    private readonly onChange: () => void,
  ) {}

  /** Undefined: not here yet. */
  at(index: number): Document | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** All from one text to the other; only the other if not all of them are here. */
  idsBetween(one: number, other: number): number[] {
    const [from, to] = [this.placeOf(one), this.placeOf(other)].sort((a, b) => a - b);
    if (from === undefined || to === undefined || from < 0) return [other];
    const ids: number[] = [];
    for (let place = from; place <= to; place += 1) {
      const document = this.at(place);
      if (!document) return [other];
      ids.push(document.id);
    }
    return ids;
  }

  private placeOf(id: number): number {
    for (const [page, documents] of this.pages) {
      const index = documents.findIndex((document) => document.id === id);
      if (index >= 0) return page * PAGE + index;
    }
    return -1;
  }

  /** These places are in sight. */
  want(first: number, last: number): void {
    const from = Math.floor(Math.max(first, 0) / PAGE);
    const to = Math.floor(Math.max(last, 0) / PAGE);
    for (let page = from; page <= to; page += 1) {
      if (!this.fresh.has(page) && !this.asked.has(page)) void this.load(page);
    }
    this.forgetFarFrom((from + to) / 2);
  }

  /** Something was kept or deleted: what is known is shown until better is known. */
  outdate(): void {
    this.age += 1;
    this.fresh.clear();
    this.asked.clear();
  }

  private async load(page: number): Promise<void> {
    const { age } = this;
    this.asked.add(page);
    const answer = await this.ask(page * PAGE, PAGE);
    if (age !== this.age) return;
    this.asked.delete(page);
    if (!answer) return;
    this.version += 1;
    this.fresh.add(page);
    this.pages.set(page, answer.documents);
    if (answer.total !== this.total) this.resize(answer.total);
    this.onChange();
  }

  private resize(total: number): void {
    this.total = total;
    for (const page of this.pages.keys()) {
      if (page * PAGE >= total) this.pages.delete(page);
    }
  }

  private forgetFarFrom(middle: number): void {
    const near = [...this.pages.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const page of near.slice(REMEMBERED)) {
      this.version += 1;
      this.pages.delete(page);
      this.fresh.delete(page);
    }
  }
}
