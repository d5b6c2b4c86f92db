import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { Choice, type Option } from './choice';
import { counted } from './counted';
import { exportDocuments, type FormatName, type Wanted } from './export';

const OPTIONS: Option<FormatName>[] = [
  { value: 'jsonl', name: 'JSON Lines', hint: 'For plm import, and for other programs.' },
  { value: 'markdown', name: 'Markdown', hint: 'To read and to print.' },
];

interface Props {
  link: PanelLink;
  /** Null: nothing is exported, and nothing is shown. */
  wanted: Wanted | null;
  count: number;
  onClose: () => void;
}

/** Asks how, then makes a file of kept texts. */
export function ExportDialog({ link, wanted, count, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [format, setFormat] = useState<FormatName>('jsonl');
  const [done, setDone] = useState<number | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [end, setEnd] = useState(() => new AbortController());

  useEffect(() => {
    if (wanted) dialog.current?.showModal();
    else dialog.current?.close();
    setDone(null);
    setFailed(false);
    const ofThis = new AbortController();
    setEnd(ofThis);
    return () => ofThis.abort();
  }, [wanted]);

  const run = async () => {
    if (!wanted) return;
    setDone(0);
    const isDone = await exportDocuments(link, wanted, format, setDone, end.signal);
    if (end.signal.aborted) return;
    setDone(null);
    setFailed(!isDone);
    if (isDone) onClose();
  };

  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <div class="dialog-body">
        <h2 class="dialog-title" id={id}>
          Export {counted(count, 'text')}
        </h2>
        <Choice label="Format" options={OPTIONS} chosen={format} onChoose={setFormat} />
        <p class="quiet">The file is not encrypted: keep it where only you can read it.</p>
        {done !== null && <progress aria-label="Exported" value={done} max={count} />}
        {hasFailed && (
          <p class="problem" role="alert">
            PLM stopped answering. No file was made.
          </p>
        )}
        <div class="dialog-buttons">
          <button class="button" type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            class="button primary"
            type="button"
            disabled={done !== null}
            onClick={() => void run()}
          >
            Export
          </button>
        </div>
      </div>
    </dialog>
  );
}
