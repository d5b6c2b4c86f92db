import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

interface Props {
  name: string;
  /** For those who do not see what it belongs to. */
  label?: string;
  /** Made only while it is open. */
  children: () => ComponentChildren;
}

/** Something that is shown, and asked for, only on request. */
export function Disclosure({ name, label, children }: Props) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="disclosure">
      <button
        class="button small plain"
        type="button"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {name}
      </button>
      {isOpen && (
        <div class="disclosed" id={id}>
          {children()}
        </div>
      )}
    </div>
  );
}
