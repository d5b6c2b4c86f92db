import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import {
  type Bindings,
  type Chord,
  COMMANDS,
  type Command,
  canBeBound,
  chordOf,
  DEFAULT_KEYS,
  type Keys,
  printed,
  rebound,
} from '../keys/bindings';
import { saveKeys, watchKeys } from '../keys/store';
import { SwitchRow } from '../look/switch-row';

const NAMES: Record<Command, string> = {
  accept: 'Accept',
  accept_word: 'Accept a word',
  accept_sentence: 'Accept a sentence',
  dismiss: 'Dismiss',
  suggest: 'Suggest now',
};
const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** Which keys accept, dismiss and ask. */
export function KeyBindings() {
  const [keys, setKeys] = useState(DEFAULT_KEYS);
  useEffect(() => watchKeys(setKeys), []);
  const change = (changed: Partial<Keys>) => void saveKeys({ ...keys, ...changed });
  const bind = (command: Command, chord: Chord | null) =>
    change({ bindings: rebound(keys.bindings, command, chord) });
  return (
    <section class="card settings" aria-labelledby="keys">
      <h2 id="keys" class="card-title">
        Keys
      </h2>
      <ul class="bindings">
        {COMMANDS.map((command) => (
          <Binding
            key={command}
            name={NAMES[command]}
            chord={keys.bindings[command]}
            onBind={(chord) => bind(command, chord)}
          />
        ))}
      </ul>
      <SwitchRow
        label="Tab accepts in short fields too"
        hint="Otherwise it goes on to the next one there."
        checked={keys.tabInShortFields}
        onChange={(tabInShortFields) => change({ tabInShortFields })}
      />
      {!areUsual(keys.bindings) && (
        <button
          class="button"
          type="button"
          onClick={() => change({ bindings: DEFAULT_KEYS.bindings })}
        >
          Back to the usual keys
        </button>
      )}
    </section>
  );
}

interface BindingProps {
  name: string;
  chord: Chord | null;
  onBind: (chord: Chord | null) => void;
}

function Binding({ name, chord, onBind }: BindingProps) {
  const [isListening, setListening] = useState(false);
  const [hint, setHint] = useState('');
  const hear = (event: KeyboardEvent) => {
    if (!isListening) return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = chordOf(event);
    if (pressed && canBeBound(pressed)) {
      onBind(pressed);
      stop();
    } else if (pressed) {
      setHint('That key is for writing. Add Ctrl or Alt.');
    }
  };
  const stop = () => {
    setListening(false);
    setHint('');
  };
  return (
    <li class="binding">
      <span>{name}</span>
      <button
        class="button chord"
        type="button"
        aria-label={`${name}: ${spoken(chord)}. Change`}
        aria-pressed={isListening}
        onClick={() => setListening(!isListening)}
        onKeyDown={hear}
        onBlur={stop}
      >
        {isListening ? 'Press a key…' : <Printed chord={chord} />}
      </button>
      <button
        class="button"
        type="button"
        aria-label={`No key for ${name}`}
        disabled={chord === null}
        onClick={() => onBind(null)}
      >
        ×
      </button>
      <span class="binding-hint" aria-live="polite">
        {hint}
      </span>
    </li>
  );
}

function Printed({ chord }: { chord: Chord | null }) {
  if (chord === null) return <span class="quiet">none</span>;
  return (
    <>
      {printed(chord, IS_APPLE).map((key) => (
        <Fragment key={key}>
          <kbd>{key}</kbd>{' '}
        </Fragment>
      ))}
    </>
  );
}

function spoken(chord: Chord | null): string {
  return chord === null ? 'no key' : printed(chord, IS_APPLE).join(' ');
}

function areUsual(bindings: Bindings): boolean {
  return COMMANDS.every((command) => bindings[command] === DEFAULT_KEYS.bindings[command]);
}
