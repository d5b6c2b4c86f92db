import type { ComponentProps } from 'preact';
import { useState } from 'preact/hooks';
import { isDelicate } from '../consent/delicate';
import { SwitchRow } from './switch-row';

interface Props extends ComponentProps<typeof SwitchRow> {
  site: string | null;
}

/** A switch for one site that is turned on twice where that is a bank's or a doctor's. */
export function CarefulSwitch({ site, ...row }: Props) {
  const [isAsking, setAsking] = useState(false);
  const turn = (on: boolean) => {
    setAsking(false);
    row.onChange(on);
  };
  const asksFirst = site !== null && isDelicate(site);
  return (
    <>
      <SwitchRow {...row} onChange={(on) => (on && asksFirst ? setAsking(true) : turn(on))} />
      {isAsking && (
        <div class="careful" role="alert">
          <p>This looks like the site of a bank or a doctor.</p>
          <button class="button" type="button" onClick={() => turn(true)}>
            Switch it on all the same
          </button>
        </div>
      )}
    </>
  );
}
