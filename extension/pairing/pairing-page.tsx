import { useEffect, useState } from 'preact/hooks';
import type { LinkState, PairResult } from '../link/contract';
import { DEFAULT_PORT } from '../link/credentials';
import { CODE_LENGTH, normaliseCode } from '../link/handshake';
import type { PanelLink } from '../link/panel-link';
import { MissingAccess, requestAccess, useMissingAccess } from '../look/page-access';

const TROUBLE: Record<Exclude<PairResult, 'paired'>, string> = {
  down: 'Nothing answers on that port. Is PLM running? Start it with: plm run',
  refused: 'PLM is not waiting for a code. Run plm pair and type the new one here.',
  unproven: 'That code is not right. Check it, or run plm pair for a new one.',
  extension_older: 'PLM is newer than this extension. Update the extension, then try again.',
  daemon_older: 'This extension is newer than PLM. Update PLM, start it again, then try again.',
  lost: 'The connection broke off. Please try again.',
};

/** Where the user types the code that `plm pair` shows. */
export function PairingPage({ link }: { link: PanelLink }) {
  const [state, setState] = useState<LinkState>('connecting');
  const [port, setPort] = useState(DEFAULT_PORT);

  useEffect(() => {
    link.onState = (next, itsPort) => {
      setState(next);
      setPort(itsPort);
    };
    link.open();
  }, [link]);

  return (
    <main class="pairing">
      <img src="/icons/plm.svg" alt="" width="64" height="64" />
      {state === 'connected' ? <Paired /> : <CodeForm key={port} link={link} defaultPort={port} />}
      <Pairing link={link} state={state} port={port} />
    </main>
  );
}

function CodeForm({ link, defaultPort }: { link: PanelLink; defaultPort: number }) {
  const [code, setCode] = useState('');
  const [port, setPort] = useState(String(defaultPort));
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const isComplete = normaliseCode(code).length === CODE_LENGTH;

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setTrouble('');
    const result = await link.pair(Number(port), code);
    setBusy(false);
    if (result !== 'paired') setTrouble(TROUBLE[result]);
  };

  return (
    <form onSubmit={submit}>
      <h1>Pair this browser with PLM</h1>
      <p class="quiet">
        PLM runs on your own computer. Open a terminal, run <code>plm pair</code>, and type the code
        it shows. You do this once.
      </p>
      <label class="code-label" for="code">
        Pairing code
      </label>
      <input
        id="code"
        class="text-field code"
        name="code"
        value={code}
        onInput={(event) => setCode(event.currentTarget.value)}
        placeholder="XXXXX-XXXXX"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        aria-describedby="trouble"
        autofocus
        required
      />
      <p id="trouble" class="trouble" role="alert">
        {trouble}
      </p>
      <button class="button primary wide" type="submit" disabled={!isComplete || isBusy}>
        {isBusy ? 'Pairing…' : 'Pair'}
      </button>
      <details>
        <summary>PLM listens on another port</summary>
        <label class="port-row">
          Port
          <input
            class="text-field"
            name="port"
            type="number"
            min="1"
            max="65535"
            value={port}
            onInput={(event) => setPort(event.currentTarget.value)}
            required
          />
        </label>
      </details>
    </form>
  );
}

function Paired() {
  const isShutOut = useMissingAccess();
  return (
    <section>
      <h1>This browser is paired</h1>
      <p class="quiet">
        PLM reads along while you write, to suggest how to go on. Nothing you write leaves this
        computer, and nothing is kept until you say where.
      </p>
      {isShutOut && <MissingAccess onAllow={requestAccess} />}
      <a class="button primary wide" href="/tour.html">
        Four steps to know it by
      </a>
    </section>
  );
}

/** Can be given up whether PLM answers or not. */
function Pairing({ link, state, port }: { link: PanelLink; state: LinkState; port: number }) {
  if (state === 'connecting' || state === 'unpaired') return null;
  return (
    <div class="row">
      <span class="quiet">
        {state === 'connected' ? 'PLM' : 'This browser was paired with PLM'} on port {port}
      </span>
      <button class="button small plain" type="button" onClick={() => link.unpair()}>
        Unpair
      </button>
    </div>
  );
}
