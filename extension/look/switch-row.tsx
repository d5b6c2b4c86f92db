import type { ComponentChildren } from 'preact';

interface Props {
  label: ComponentChildren;
  hint?: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** A labelled switch with a line of explanation. */
export function SwitchRow({ label, hint, checked, disabled = false, onChange }: Props) {
  return (
    <label class="switch-row">
      <span class="switch-text">
        <span class="switch-label">{label}</span>
        {hint && <span class="switch-hint">{hint}</span>}
      </span>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
