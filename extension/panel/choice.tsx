import { useId } from 'preact/hooks';

export interface Option<T extends string> {
  value: T;
  name: string;
  hint: string;
}

interface Props<T extends string> {
  label: string;
  options: Option<T>[];
  chosen: T;
  onChoose: (value: T) => void;
}

/** One of a few, side by side, with a line on what the chosen one means. */
export function Choice<T extends string>({ label, options, chosen, onChoose }: Props<T>) {
  const id = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(({ value, name }) => (
          <label key={value} class="choice-option">
            <input
              class="visually-hidden"
              type="radio"
              name={id}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
      <p class="choice-hint" aria-live="polite">
        {options.find(({ value }) => value === chosen)?.hint}
      </p>
    </fieldset>
  );
}
