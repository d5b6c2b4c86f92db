import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  /** What would be gone; null: nothing is in danger, and nothing is shown. */
  doomed: string | null;
  title: string;
  /** On the button that does it. */
  verb: string;
  onDelete: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something is gone for good. */
export function DeletionDialog({ doomed, title, verb, onDelete, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (doomed !== null) dialog.current?.showModal();
  }, [doomed]);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <form method="dialog">
        <h2 class="dialog-title" id={id}>
          {title}
        </h2>
        {children}
        <div class="dialog-buttons">
          <button class="button" type="submit">
            Keep
          </button>
          <button class="button danger" type="submit" onClick={onDelete}>
            {verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
