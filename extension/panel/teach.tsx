import { useId, useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { personaLabel } from '../look/persona-names';
import { whyNotKept } from './teaching';

const MOST_CHARS = 2_000;

interface Props {
  link: PanelLink;
  persona: string;
  showsPersona: boolean;
}

/** Where the user writes something only so that PLM knows it. */
export function Teach({ link, persona, showsPersona }: Props) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [result, setResult] = useState('');
  const [taught, setTaught] = useState<number | null>(null);
  const teach = async () => {
    const answer = await link.ask('captured', { type: 'teach', text, persona });
    const problem = whyNotKept(answer);
    setTaught(answer?.document ?? null);
    setResult(problem ?? 'Kept. PLM knows it from now on.');
    if (!problem) setText('');
  };
  const takeBack = async (document: number) => {
    const answer = await link.ask('deleted', { type: 'captures_delete', documents: [document] });
    setTaught(answer ? null : document);
    if (answer) field.current?.focus(); // the button under the focus goes
    setResult(answer ? 'Taken back: PLM has forgotten it.' : 'PLM did not answer. Try again.');
  };

  return (
    <section class="teach" aria-labelledby={`${id}-title`}>
      <h2 class="section-title" id={`${id}-title`}>
        Teach PLM
      </h2>
      <form
        class="card field-form"
        onSubmit={(event) => {
          event.preventDefault();
          void teach();
        }}
      >
        <label class="field-label" for={`${id}-text`}>
          Write it as you would have written it
        </label>
        <textarea
          class="text-field"
          id={`${id}-text`}
          rows={3}
          ref={field}
          required
          maxLength={MOST_CHARS}
          placeholder="See you at the allotment on Saturday, bring the long rake."
          value={text}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setResult('');
            setTaught(null);
          }}
        />
        <p class="quiet" id={`${id}-hint`}>
          It is kept like every other text{showsPersona && `, as one of ${personaLabel(persona)}’s`}
          : on this computer, encrypted, and you can delete it at any time under “Kept”.
        </p>
        <p class="result" role="status">
          {result}
        </p>
        <div class="row">
          {taught !== null && (
            <button class="button small" type="button" onClick={() => void takeBack(taught)}>
              Take it back
            </button>
          )}
          <button class="button primary" type="submit">
            Teach
          </button>
        </div>
      </form>
    </section>
  );
}
