/** Which of the texts found are ticked. */

import { useState } from 'preact/hooks';

export interface Selection {
  /** Null: nothing can be ticked right now. */
  ids: ReadonlySet<number> | null;
  /** All that is found, also what was not scrolled to. */
  isAll: boolean;
}

export const NO_SELECTION: Selection = { ids: null, isAll: false };
export const NOTHING_TICKED: Selection = { ids: new Set(), isAll: false };

export interface Selecting {
  selection: Selection;
  set: (selection: Selection) => void;
  /** Tick or untick one text; or all from the one before to this one, as far as they are known. */
  toggle: (id: number, between: Between | null) => void;
}

/** From one text to another, in the order of the list. */
export type Between = (one: number, other: number) => number[];

export function useSelecting(): Selecting {
  const [selection, set] = useState(NO_SELECTION);
  const [last, setLast] = useState<number | null>(null);
  return {
    selection,
    set,
    toggle: (id, between) => {
      set(toggled(selection, between ? between(last ?? id, id) : [id], id));
      setLast(id);
    },
  };
}

export function isTicked({ ids, isAll }: Selection, id: number): boolean {
  return isAll || (ids?.has(id) ?? false);
}

/** All of them become what `id` becomes. */
export function toggled(selection: Selection, all: number[], id: number): Selection {
  const ids = new Set(selection.ids);
  const becomesTicked = !ids.has(id);
  for (const one of all) {
    if (becomesTicked) ids.add(one);
    else ids.delete(one);
  }
  return { ids, isAll: false };
}
