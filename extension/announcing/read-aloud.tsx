import { useEffect, useState } from 'preact/hooks';
import { SwitchRow } from '../look/switch-row';
import { saveAnnouncing, watchAnnouncing } from './store';

/** Says suggestions to those who do not see them. */
export function ReadAloud() {
  const [isOn, setOn] = useState(false);
  useEffect(() => watchAnnouncing(setOn), []);
  return (
    <SwitchRow
      label="Tell my screen reader"
      hint="Each suggestion is announced once you pause."
      checked={isOn}
      onChange={(on) => void saveAnnouncing(on)}
    />
  );
}
