import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { allowsCompletions, ruleOf } from '../consent/allowed';
import type { WhereAreYou } from '../link/contract';
import type { PanelLink } from '../link/panel-link';
import { siteOf } from '../link/site';
import { CarefulSwitch } from '../look/careful-switch';
import { useDaemon } from '../look/daemon-state';
import { openPairing, openPanel } from '../look/own-pages';
import { MissingAccess, useMissingAccess } from '../look/page-access';
import { personaLabel, whoWrites } from '../look/persona-names';
import { SwitchRow } from '../look/switch-row';
import { Trouble } from '../look/trouble';
import { titleOf } from '../toolbar/icon';
import { RestRow, useSnooze } from './rest';

const WHERE: WhereAreYou = { kind: 'where' };

interface Here {
  window: number;
  site: string | null;
}

/** Opens from the toolbar: is it on, and may it keep what I write here? */
export function Popup({ link }: { link: PanelLink }) {
  const daemon = useDaemon(link);
  const here = useHere();
  const snoozedUntil = useSnooze();
  const suggests = daemon.completions && !snoozedUntil;
  const site = here?.site ?? null;
  const isShutOut = useMissingAccess() && here !== null && site === null;
  const rule = ruleOf(site, daemon.sites);

  return (
    <main class="popup">
      <header>
        <img src="/icons/plm.svg" alt="" width="28" height="28" />
        <h1>PLM</h1>
        <span class={`state ${daemon.state}`}>{titleOf(daemon.state, suggests)}</span>
      </header>
      <Trouble state={daemon.state} />
      {daemon.state === 'connected' && isShutOut && <MissingAccess onAllow={openPairing} />}
      {daemon.state === 'connected' && (
        <div class="switches">
          <SwitchRow
            label="Suggest while I write"
            hint="On every site. Nothing leaves this computer."
            checked={daemon.completions}
            onChange={daemon.setCompletions}
          />
          {daemon.completions && <RestRow until={snoozedUntil} />}
          {site && daemon.completions && (
            <CarefulSwitch
              site={site}
              label={`Suggest on ${site}`}
              checked={allowsCompletions(site, daemon.sites)}
              onChange={(completions) => daemon.setSuggestions(site, completions)}
            />
          )}
          {here && (
            <CarefulSwitch
              site={site}
              label={site ? `Keep what I write on ${site}` : 'Nothing to keep on this page'}
              hint={site ? 'Encrypted, on this computer only.' : 'This is not a web page.'}
              checked={rule?.capture ?? false}
              disabled={!site}
              onChange={(capture) => site && daemon.setCapture(site, capture)}
            />
          )}
          {daemon.personas.length > 1 && (
            <p class="writer">
              {site ? 'You write here as' : 'You write as'}{' '}
              <strong>{personaLabel(whoWrites(rule, daemon.inUse))}</strong>.
            </p>
          )}
        </div>
      )}
      <button class="button" type="button" disabled={!here} onClick={() => here && showPanel(here)}>
        Show what is kept
      </button>
    </main>
  );
}

function useHere(): Here | null {
  const [here, setHere] = useState<Here | null>(null);
  useEffect(() => {
    whereWeAre().then(setHere);
  }, []);
  return here;
}

async function whereWeAre(): Promise<Here> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const window = tab?.windowId ?? -1;
  if (tab?.id === undefined) return { window, site: null };
  const origin = await browser.tabs
    .sendMessage(tab.id, WHERE, { frameId: 0 })
    .catch(() => undefined); // no content script there: a page of the browser itself
  return { window, site: siteOf(origin) };
}

function showPanel({ window: id }: Here): void {
  void openPanel(id).then(() => window.close());
}
