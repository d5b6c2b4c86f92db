import type { Persona } from '../link/protocol';
import { personaLabel } from '../look/persona-names';

interface Props {
  label: string;
  personas: Persona[];
  chosen: string | null;
  /** What it means to choose none of them; left out where one has to be chosen. */
  none?: string;
  onChoose: (persona: string | null) => void;
}

/** One of the personas, or none. */
export function PersonaSelect({ label, personas, chosen, none, onChoose }: Props) {
  return (
    <select
      class="text-field"
      aria-label={label}
      value={chosen ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value || null)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {personas.map(({ name }) => (
        <option key={name} value={name}>
          {personaLabel(name)}
        </option>
      ))}
    </select>
  );
}
