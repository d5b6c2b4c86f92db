import { useId, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Persona } from '../link/protocol';
import { nameProblem } from '../look/persona-names';

const MOST_CHARS = 40;

/** One more side, that knows nothing yet. */
export function AddPersona({ link, personas }: { link: PanelLink; personas: Persona[] }) {
  const id = useId();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const add = async () => {
    const wanted = name.trim();
    const refusal =
      nameProblem(wanted, personas) ?? (await link.refusal({ type: 'persona_add', name: wanted }));
    setProblem(refusal);
    if (!refusal) setName('');
  };

  return (
    <form
      class="card field-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <label class="field-label" for={`${id}-name`}>
        New persona
      </label>
      <div class="row">
        <input
          class="text-field"
          id={`${id}-name`}
          type="text"
          maxLength={MOST_CHARS}
          autocomplete="off"
          placeholder="Work"
          value={name}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <button class="button" type="submit">
          Add
        </button>
      </div>
      <p class="problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
    </form>
  );
}
