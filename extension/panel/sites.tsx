import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { isSite, siteLabel } from '../look/site-names';
import { DeletionDialog } from './deletion-dialog';
import { SiteCard } from './site-card';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** Where PLM may keep text. */
export function Sites({ link, daemon }: Props) {
  const [doomed, setDoomed] = useState<string | null>(null);
  return (
    <>
      <h2 class="section-title">What PLM may do where</h2>
      {daemon.sites.length === 0 && (
        <p class="empty">
          Nowhere yet. Switch a site on from the PLM icon in the toolbar while you are there.
        </p>
      )}
      {daemon.sites.some(({ site }) => isSite(site)) && (
        <p class="quiet">
          Where it “may federate”, what you type may help a community’s adapter, once you joined one
          under “Federation”. The text itself never leaves this computer.
        </p>
      )}
      {daemon.sites.map((rule) => (
        <SiteCard
          key={rule.site}
          rule={rule}
          daemon={daemon}
          onDelete={() => setDoomed(rule.site)}
        />
      ))}
      <DeletionDialog
        doomed={doomed}
        title={`Delete everything from ${siteLabel(doomed ?? '')}?`}
        verb="Delete for good"
        onDelete={() => void link.ask('deleted', { type: 'captures_delete', site: doomed })}
        onClose={() => setDoomed(null)}
      >
        <p>This cannot be undone. The switch of the site stays as it is.</p>
      </DeletionDialog>
    </>
  );
}
