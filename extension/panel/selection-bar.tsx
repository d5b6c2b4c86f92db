import type { Selecting } from './selection';

interface Props {
  selecting: Selecting;
  /** How many texts are found. */
  total: number;
  onExport: () => void;
  onDelete: () => void;
}

/** What can be done with the texts that are ticked. */
export function SelectionBar({ selecting, total, onExport, onDelete }: Props) {
  const { selection, set } = selecting;
  const count = selection.isAll ? total : (selection.ids?.size ?? 0);
  return (
    <section class="selection-bar" aria-label="Selected texts">
      <label class="tick-all">
        <input
          type="checkbox"
          checked={selection.isAll}
          onChange={(event) => set({ ids: new Set(), isAll: event.currentTarget.checked })}
        />
        All {total.toLocaleString()}
      </label>
      <span class="count" aria-live="polite">
        {count.toLocaleString()} selected
      </span>
      <button class="button small" type="button" disabled={count === 0} onClick={onExport}>
        Export
      </button>
      <button class="button small danger" type="button" disabled={count === 0} onClick={onDelete}>
        Delete
      </button>
    </section>
  );
}
