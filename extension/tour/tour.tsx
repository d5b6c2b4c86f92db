import { useEffect, useRef, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import type { PanelLink } from '../link/panel-link';
import { useDaemon } from '../look/daemon-state';
import { openPanel } from '../look/own-pages';
import { Trouble } from '../look/trouble';
import { Keeping } from './keeping';
import { Learning } from './learning';
import { Reading } from './reading';
import { Writing } from './writing';

const STEPS = [Writing, Reading, Keeping, Learning];

/** What PLM does, reads, keeps and learns; each with its consent, in plain words. */
export function Tour({ link }: { link: PanelLink }) {
  const daemon = useDaemon(link);
  const [step, setStep] = useState(0);
  const article = useRef<HTMLElement>(null);
  const Step = STEPS[step] ?? Writing;
  const isLast = step === STEPS.length - 1;

  const turn = (to: number) => {
    setStep(to);
    article.current?.focus();
  };

  return (
    <main class="tour">
      <header>
        <img src="/icons/plm.svg" alt="" width="40" height="40" />
        <p class="quiet">
          Step {step + 1} of {STEPS.length}
        </p>
      </header>
      <Trouble state={daemon.state} />
      <article ref={article} tabIndex={-1} aria-live="polite">
        <Step link={link} daemon={daemon} />
      </article>
      <footer>
        <button class="button" type="button" disabled={step === 0} onClick={() => turn(step - 1)}>
          Back
        </button>
        <ol class="dots" aria-hidden="true">
          {STEPS.map((one, index) => (
            <li key={one.name} class={index === step ? 'here' : ''} />
          ))}
        </ol>
        {isLast ? (
          <ShowPanel />
        ) : (
          <button class="button primary" type="button" onClick={() => turn(step + 1)}>
            Next
          </button>
        )}
      </footer>
    </main>
  );
}

function ShowPanel() {
  const [windowId, setWindowId] = useState<number | null>(null);
  useEffect(() => {
    void browser.tabs.getCurrent().then((tab) => setWindowId(tab?.windowId ?? null));
  }, []);
  return (
    <button
      class="button primary"
      type="button"
      disabled={windowId === null}
      onClick={() => windowId !== null && void openPanel(windowId)}
    >
      Open the side panel
    </button>
  );
}
