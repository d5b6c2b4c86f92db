import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface Rows {
  count: number;
  /** What a row measures before it was seen, in pixels. */
  estimate: number;
  /** From the top of what scrolls to the first row, in pixels. */
  margin: number;
  scroller: () => HTMLElement | null;
  keyOf: (index: number) => string | number;
}

type List = Virtualizer<HTMLElement, HTMLElement>;

/** Of any number of rows, those that are in sight. */
export function useVirtualList({ count, estimate, margin, scroller, keyOf }: Rows): List {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const options = {
    count,
    getScrollElement: scroller,
    estimateSize: () => estimate,
    getItemKey: keyOf,
    scrollMargin: margin,
    overscan: 6,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
  };
  const [list] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  list.setOptions(options);
  useEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  return list;
}
