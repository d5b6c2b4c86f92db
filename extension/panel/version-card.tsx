import type { PanelLink } from '../link/panel-link';
import type { LearnedVersion } from '../link/protocol';
import { counted } from './counted';
import { Disclosure } from './disclosure';
import { percent } from './figures';
import { gainOf } from './gain';
import { VersionTexts } from './version-texts';

const STATES: Record<LearnedVersion['state'], string> = {
  in_use: 'In use',
  kept: 'Kept',
  discarded: 'Not kept',
  retired: 'Forgotten',
};

interface Props {
  link: PanelLink;
  version: LearnedVersion;
  changes: number;
}

/** One version: figures, and the texts behind it on request. */
export function VersionCard({ link, version, changes }: Props) {
  const day = new Date(version.created_at).toLocaleDateString(undefined, { dateStyle: 'medium' });
  const gain = gainOf(version);
  const isUsable = version.state === 'in_use' || version.state === 'kept';
  return (
    <article class="card version">
      <header>
        <strong>Version {version.version}</strong>
        <span class={`mark ${version.state}`}>{STATES[version.state]}</span>
      </header>
      <p>
        {gain >= 0 ? `${percent(gain)} better` : `${percent(-gain)} worse`} on your newest texts
        {isUsable ? '' : `: ${version.reason}`}
      </p>
      <p class="quiet">
        {day} · {counted(version.documents, 'text')} ·{' '}
        {Math.max(1, Math.round(version.cpu_seconds / 60))} min of processor time
      </p>
      {version.documents > 0 && (
        <Disclosure name="Texts behind it" label={`Texts behind version ${version.version}`}>
          {() => (
            <VersionTexts
              link={link}
              version={version.version}
              isUsable={isUsable}
              changes={changes}
            />
          )}
        </Disclosure>
      )}
    </article>
  );
}
