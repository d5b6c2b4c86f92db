import { SwitchRow } from '../look/switch-row';
import type { StepProps } from './step';

/** Consent to read what is being written. */
export function Reading({ daemon }: StepProps) {
  return (
    <>
      <h1>To suggest anything, PLM has to read along</h1>
      <p>
        While you write in a field, the extension hands the text around your caret (up to 2,000
        characters before it and 300 after it) to the PLM on this computer. It is held in memory,
        for the next suggestion, and written down nowhere.
      </p>
      <p>
        Nothing is sent to any other computer. Fields for passwords, codes and cards are never read,
        and neither is anything in a private window.
      </p>
      <SwitchRow
        label="Suggest while I write"
        hint="On every site; you can switch single sites off."
        checked={daemon.completions}
        disabled={daemon.state !== 'connected'}
        onChange={daemon.setCompletions}
      />
    </>
  );
}
