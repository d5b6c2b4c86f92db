/**
 * Says to assistive technology what is shown, politely, once it stays for a moment.
 *
 * Like the ghost it is in a shadow root that the page's scripts cannot open.
 */

const TAG = 'plm-announcement';
/** Suggestions change with every key: who types on is not talked to. */
const PAUSE_MS = 700;

let host: HTMLElement | null = null;
let region: HTMLElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
/** What was said last, or will be. */
let announced = '';

export function announceSoon(suggestion: string): void {
  if (suggestion === announced) return;
  announced = suggestion;
  const live = liveRegion();
  clearTimeout(timer);
  timer = setTimeout(() => {
    live.textContent = `Suggestion: ${suggestion.trim()}`;
  }, PAUSE_MS);
}

export function fallSilent(): void {
  announced = '';
  clearTimeout(timer);
  if (region) region.textContent = '';
}

/** Take it out of the page for good. */
export function remove(): void {
  clearTimeout(timer);
  host?.remove();
  host = null;
  region = null;
}

/** It has to be there before it says anything: what a new one says is not heard. */
function liveRegion(): HTMLElement {
  if (!host || !region) {
    host = document.createElement(TAG);
    region = document.createElement('div');
    region.setAttribute('role', 'status');
    host.attachShadow({ mode: 'closed' }).append(region);
    const unseen = {
      all: 'initial',
      position: 'fixed',
      width: '1px',
      height: '1px',
      overflow: 'hidden',
      'clip-path': 'inset(50%)',
      'pointer-events': 'none',
    };
    for (const [property, value] of Object.entries(unseen)) {
      host.style.setProperty(property, value, 'important');
    }
  }
  if (!host.isConnected) document.documentElement?.append(host);
  return region;
}
