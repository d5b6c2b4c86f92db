import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { SiteRule } from '../link/protocol';
import { counted } from './counted';
import { DeletionDialog } from './deletion-dialog';

interface Props {
  link: PanelLink;
  rule: SiteRule;
}

/** One step from a text of a site to a site that PLM leaves alone. */
export function NeverHere({ link, rule: { site, documents } }: Props) {
  const [isAsked, setAsked] = useState(false);
  const [forgets, setForgets] = useState(true);
  const never = async () => {
    const question = { type: 'site_set', site, capture: false, completions: false } as const;
    const isOff = await link.ask('sites', question);
    if (isOff && forgets) await link.ask('deleted', { type: 'captures_delete', site });
  };
  return (
    <>
      <button class="button small plain" type="button" onClick={() => setAsked(true)}>
        Never here
      </button>
      <DeletionDialog
        doomed={isAsked ? site : null}
        title={`Never on ${site}?`}
        verb="Never here"
        onDelete={() => void never()}
        onClose={() => setAsked(false)}
      >
        <p>PLM keeps nothing more that you write there, and suggests nothing there.</p>
        {documents > 0 && (
          <label class="tick-all">
            <input
              type="checkbox"
              checked={forgets}
              onChange={(event) => setForgets(event.currentTarget.checked)}
            />
            Delete the {counted(documents, 'text')} from there for good
          </label>
        )}
      </DeletionDialog>
    </>
  );
}
