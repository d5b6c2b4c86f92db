import { counted } from './counted';
import { NO_SELECTION, NOTHING_TICKED, type Selecting } from './selection';

interface Props {
  total: number;
  isSearch: boolean;
  /** At the top of what is in sight. */
  day: string;
  selecting: Selecting;
  onExport: () => void;
}

/** How many texts were found, and what can be done with them; stays in sight. */
export function SummaryLine({ total, isSearch, day, selecting, onExport }: Props) {
  const isSelecting = selecting.selection.ids !== null;
  return (
    <div class="summary sticky">
      <span aria-live="polite">
        {counted(total, 'text')}
        {isSearch && ' found'}
      </span>
      <span class="day-in-sight">{day}</span>
      <button
        class="button small plain"
        type="button"
        onClick={() => selecting.set(isSelecting ? NO_SELECTION : NOTHING_TICKED)}
      >
        {isSelecting ? 'Done' : 'Select'}
      </button>
      <button class="button small plain" type="button" onClick={onExport}>
        Export
      </button>
    </div>
  );
}
