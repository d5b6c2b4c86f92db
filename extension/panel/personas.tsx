import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { personaLabel } from '../look/persona-names';
import { AddPersona } from './add-persona';
import { counted } from './counted';
import { DeletionDialog } from './deletion-dialog';
import { PersonaCard } from './persona-card';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** The sides of a person, such as work and home. */
export function Personas({ link, daemon }: Props) {
  const [doomed, setDoomed] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { personas, inUse, sites } = daemon;
  const texts = personas.find(({ name }) => name === doomed)?.documents ?? 0;
  const change = async (type: 'persona_use' | 'persona_remove', name: string) =>
    setProblem(await link.refusal({ type, name }));

  return (
    <>
      <h2 class="section-title">Who writes</h2>
      <p class="quiet">
        Give work and home each a persona: it has its own texts, learns for itself, and nothing of
        it is ever suggested where another one writes.
      </p>
      {personas.map((persona) => (
        <PersonaCard
          key={persona.name}
          persona={persona}
          isInUse={persona.name === inUse}
          sites={sites}
          onUse={() => void change('persona_use', persona.name)}
          onRemove={() => setDoomed(persona.name)}
        />
      ))}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {personas.length > 1 && (
        <p class="quiet">
          Who “writes now” does so on every site that has not chosen another persona. Sites choose
          theirs under “Sites”.
        </p>
      )}
      <AddPersona link={link} personas={personas} />
      <DeletionDialog
        doomed={doomed}
        title={`Remove ${personaLabel(doomed ?? '')}?`}
        verb="Remove for good"
        onDelete={() => doomed && void change('persona_remove', doomed)}
        onClose={() => setDoomed(null)}
      >
        <p>
          Everything that it wrote ({counted(texts, 'text')}) and everything that PLM learned of it
          is forgotten. This cannot be undone.
        </p>
      </DeletionDialog>
    </>
  );
}
