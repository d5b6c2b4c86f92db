import type { LinkState } from '../link/contract';
import { openPairing } from './own-pages';

const WORDS: Record<Exclude<LinkState, 'connected'>, { title: string; help: string }> = {
  connecting: { title: 'Connecting…', help: 'One moment.' },
  unpaired: {
    title: 'Not paired yet',
    help: 'PLM runs on your own computer. Pair this browser with it once, by a short code.',
  },
  down: {
    title: 'PLM is not running',
    help: 'Start it with `plm run`, or once and for all with `plm service install`. This page notices by itself. What you write until then, on sites where it is kept, waits in this browser.',
  },
  refused: {
    title: 'PLM does not know this browser any more',
    help: 'The pairing was removed, or PLM started afresh. Pair again.',
  },
  impostor: {
    title: 'Something else answers in place of PLM',
    help: 'Another program listens on PLM’s port and could not prove that it is PLM. Nothing was sent to it. Stop that program, or pair again on another port.',
  },
  extension_older: {
    title: 'Please update this extension',
    help: 'PLM on this computer is newer than this extension. Run `make extension` in PLM’s folder, then load the extension again on the browser’s page of extensions.',
  },
  daemon_older: {
    title: 'Please update PLM',
    help: 'This extension is newer than PLM on this computer. Get the newest PLM and start it again. This page notices by itself.',
  },
};

const PAIRABLE: LinkState[] = ['unpaired', 'refused', 'impostor'];

/** What is wrong, and what to do about it. Nothing while all is well. */
export function Trouble({ state }: { state: LinkState }) {
  if (state === 'connected') return null;
  const { title, help } = WORDS[state];
  return (
    <section class="trouble-card" aria-live="polite">
      <h2>{title}</h2>
      <p>
        {help.split('`').map((part, index) => (index % 2 ? <code key={part}>{part}</code> : part))}
      </p>
      {PAIRABLE.includes(state) && (
        <button class="button primary" type="button" onClick={openPairing}>
          Pair this browser
        </button>
      )}
    </section>
  );
}
