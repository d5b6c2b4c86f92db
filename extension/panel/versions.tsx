import type { PanelLink } from '../link/panel-link';
import type { LearnedVersion } from '../link/protocol';
import { GainChart } from './gain-chart';
import { VersionCard } from './version-card';

interface Props {
  link: PanelLink;
  versions: LearnedVersion[];
  changes: number;
  onRollBack: () => void;
}

/** Every course of learning: what it gained, what became of it, and the way back. */
export function Versions({ link, versions, changes, onRollBack }: Props) {
  return (
    <section class="versions" aria-labelledby="versions">
      <h2 class="section-title" id="versions">
        Versions
      </h2>
      {versions.length > 0 ? (
        <>
          <div class="card">
            <GainChart versions={versions} />
            {versions.some(({ state }) => state === 'in_use') && (
              <button class="button" type="button" onClick={onRollBack}>
                Go back one version
              </button>
            )}
          </div>
          {versions.map((version) => (
            <VersionCard key={version.version} link={link} version={version} changes={changes} />
          ))}
        </>
      ) : (
        <p class="empty">
          Nothing yet. Once enough of your texts are kept, PLM learns from them when you are not
          writing, and shows here what that gained.
        </p>
      )}
    </section>
  );
}
