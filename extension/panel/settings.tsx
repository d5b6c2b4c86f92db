import { ReadAloud } from '../announcing/read-aloud';
import type { PanelLink } from '../link/panel-link';
import type { Amount, Length, Status } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';
import { SwitchRow } from '../look/switch-row';
import { AboutPlm } from './about-plm';
import { Choice, type Option } from './choice';
import { ForgetEverything } from './forget-everything';
import { KeyBindings } from './key-bindings';

const AMOUNTS: Option<Amount>[] = [
  { value: 'few', name: 'Few', hint: 'Only when PLM is very sure.' },
  { value: 'balanced', name: 'Balanced', hint: 'When PLM is fairly sure.' },
  { value: 'many', name: 'Many', hint: 'Also when PLM is less sure.' },
];
const LENGTHS: Option<Length>[] = [
  { value: 'word', name: 'Word', hint: 'One word at a time.' },
  { value: 'phrase', name: 'Phrase', hint: 'The next few words.' },
  { value: 'sentence', name: 'Sentence', hint: 'To the end of the sentence, if PLM is sure.' },
];

interface Props {
  link: PanelLink;
  daemon: Daemon;
  status: Status | null;
}

/** How PLM suggests, by which keys, and how to be rid of it all. */
export function Settings({ link, daemon, status }: Props) {
  const { preferred, prefer } = daemon;
  return (
    <>
      <section class="card settings" aria-labelledby="suggestions">
        <h2 id="suggestions" class="card-title">
          Suggestions
        </h2>
        <SwitchRow
          label="Suggest while I write"
          hint="On every site. Nothing leaves this computer."
          checked={daemon.completions}
          onChange={daemon.setCompletions}
        />
        {preferred && (
          <>
            <Choice
              label="How often"
              options={AMOUNTS}
              chosen={preferred.amount}
              onChoose={(amount) => prefer({ amount })}
            />
            <Choice
              label="How far"
              options={LENGTHS}
              chosen={preferred.length}
              onChoose={(length) => prefer({ length })}
            />
          </>
        )}
        <ReadAloud />
      </section>
      <KeyBindings />
      <ForgetEverything link={link} />
      <AboutPlm port={daemon.port} status={status} />
    </>
  );
}
