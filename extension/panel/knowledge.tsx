import type { PanelLink } from '../link/panel-link';
import { Changes } from './changes';
import { Disclosure } from './disclosure';
import { Habits } from './habits';

interface Props {
  link: PanelLink;
  persona: string;
  /** The one in use, if any. */
  version: number | null;
  changes: number;
}

/** What PLM knows of how a persona writes. */
export function Knowledge({ link, persona, version, changes }: Props) {
  return (
    <section class="knowledge" aria-labelledby="knowledge">
      <h2 class="section-title" id="knowledge">
        What PLM learned from you
      </h2>
      <div class="card">
        <Habits link={link} persona={persona} changes={changes} />
        {version !== null && (
          <Disclosure name="Words that it now predicts otherwise">
            {() => <Changes link={link} persona={persona} version={version} texts={changes} />}
          </Disclosure>
        )}
      </div>
    </section>
  );
}
