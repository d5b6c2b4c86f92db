import { useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { SwitchRow } from '../look/switch-row';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** Where PLM may keep text. */
export function Sites({ link, daemon }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [doomed, setDoomed] = useState('');
  const askFirst = (site: string) => {
    setDoomed(site);
    dialog.current?.showModal();
  };
  const deleteSite = () => void link.ask('deleted', { type: 'captures_delete', site: doomed });

  return (
    <>
      <h2 class="section-title">Where PLM keeps what you write</h2>
      {daemon.sites.length === 0 && (
        <p class="empty">
          Nowhere yet. Switch a site on from the PLM icon in the toolbar while you are there.
        </p>
      )}
      {daemon.sites.map((rule) => (
        <section key={rule.site} class="card">
          <SwitchRow
            label={rule.site}
            hint={rule.documents === 1 ? '1 text' : `${rule.documents.toLocaleString()} texts`}
            checked={rule.capture}
            onChange={(capture) => daemon.setCapture(rule.site, capture)}
          />
          {rule.documents > 0 && (
            <button
              class="button small plain"
              type="button"
              aria-label={`Delete all texts from ${rule.site}`}
              onClick={() => askFirst(rule.site)}
            >
              Delete all
            </button>
          )}
        </section>
      ))}
      <dialog ref={dialog} aria-labelledby="doomed">
        <form method="dialog">
          <h2 class="dialog-title" id="doomed">
            Delete everything from {doomed}?
          </h2>
          <p>This cannot be undone. The switch of the site stays as it is.</p>
          <div class="dialog-buttons">
            <button class="button" type="submit">
              Keep
            </button>
            <button class="button danger" type="submit" onClick={deleteSite}>
              Delete for good
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
