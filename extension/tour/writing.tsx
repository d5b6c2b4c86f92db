import { useEffect, useState } from 'preact/hooks';
import { type Command, DEFAULT_KEYS, printed } from '../keys/bindings';
import { watchKeys } from '../keys/store';

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const SHOWN: { command: Command; does: string }[] = [
  { command: 'accept', does: 'take all of it' },
  { command: 'accept_word', does: 'take one word' },
  { command: 'dismiss', does: 'not now' },
];

/** What a suggestion looks like, and the keys that take it. */
export function Writing() {
  const [{ bindings }, setKeys] = useState(DEFAULT_KEYS);
  useEffect(() => watchKeys(setKeys), []);
  return (
    <>
      <h1>The next few words, in your own voice</h1>
      <p>
        Write in any form. Where PLM is sure enough how you would go on, it says so in grey after
        your caret. Write on and it goes away, or take it:
      </p>
      <p class="picture" role="img" aria-label="A letter, going on in grey after the caret">
        Thank you for the drawing. If you have any questions about the seedlings, please do
        <span class="caret" />
        <span class="ghost"> not hesitate to ask.</span>
      </p>
      <dl class="keys">
        {SHOWN.map(({ command, does }) => {
          const chord = bindings[command];
          return (
            chord && (
              <div key={command}>
                <dt>
                  {printed(chord, IS_APPLE).map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            )
          );
        })}
      </dl>
    </>
  );
}
