import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { Knowledge } from './knowledge';
import { useLearned } from './learned';
import { LearningSettings } from './learning-settings';
import { PersonaSelect } from './persona-select';
import { Teach } from './teach';
import { Versions } from './versions';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** What PLM has learned, what that gained and cost, and the way back. */
export function Learning({ link, daemon }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { personas, inUse } = daemon;
  const isThere = personas.some(({ name }) => name === chosen);
  const persona = chosen && isThere ? chosen : inUse;
  if (!persona) return null;
  return (
    <>
      {personas.length > 1 && (
        <div class="writer">
          <span class="quiet">Learned of</span>
          <PersonaSelect
            label="Learned of"
            personas={personas}
            chosen={persona}
            onChoose={setChosen}
          />
        </div>
      )}
      <LearningOf link={link} daemon={daemon} persona={persona} />
    </>
  );
}

function LearningOf({ link, daemon, persona }: Props & { persona: string }) {
  const learned = useLearned(link, daemon, persona);
  const { status, versions } = learned;
  if (!status || !versions) return null;
  const inUse = versions.find(({ state }) => state === 'in_use');
  const isOneOfMany = daemon.personas.length > 1;
  return (
    <>
      <LearningSettings status={status} learned={learned} showsPersona={isOneOfMany} />
      <Teach link={link} persona={persona} showsPersona={isOneOfMany} />
      <Knowledge
        link={link}
        persona={persona}
        version={inUse?.version ?? null}
        changes={daemon.changes}
      />
      <Versions
        link={link}
        versions={versions}
        changes={daemon.changes}
        onRollBack={learned.rollBack}
      />
    </>
  );
}
