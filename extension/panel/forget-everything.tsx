import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { DeletionDialog } from './deletion-dialog';

/** Every text, and everything that was learned from them. */
export function ForgetEverything({ link }: { link: PanelLink }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <section class="card settings" aria-labelledby="forget">
      <h2 id="forget" class="card-title">
        Forget everything
      </h2>
      <p class="quiet">
        All texts from all sites, and all that PLM learned from them. Switches and personas stay.
      </p>
      <div class="button-row">
        <button class="button" type="button" onClick={() => setAsked(true)}>
          Forget everything…
        </button>
      </div>
      <DeletionDialog
        doomed={isAsked ? 'everything' : null}
        title="Forget everything?"
        verb="Forget for good"
        onDelete={() => void link.ask('deleted', { type: 'captures_delete', everything: true })}
        onClose={() => setAsked(false)}
      >
        <p>Every text is deleted, and what was learned from them. This cannot be undone.</p>
      </DeletionDialog>
    </section>
  );
}
