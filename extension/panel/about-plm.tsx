import { browser } from 'wxt/browser';
import type { Status } from '../link/protocol';
import { openPairing, openTour } from '../look/own-pages';

interface Props {
  port: number;
  status: Status | null;
}

/** What this browser talks to. */
export function AboutPlm({ port, status }: Props) {
  return (
    <section class="card settings" aria-labelledby="about">
      <h2 id="about" class="card-title">
        This browser
      </h2>
      <p class="quiet">
        Paired with PLM {status?.daemon_version} on this computer, port {port}. Extension{' '}
        {browser.runtime.getManifest().version}.
      </p>
      <div class="button-row">
        <button class="button" type="button" onClick={() => void openTour()}>
          Take the tour
        </button>
        <button class="button" type="button" onClick={() => void openPairing()}>
          Pairing
        </button>
      </div>
    </section>
  );
}
