import type { QuietHours as Hours } from '../link/protocol';
import { SwitchRow } from '../look/switch-row';
import { AT_NIGHT, endingAt, HOURS, hourLabel, startingAt } from './hours';

interface Props {
  hours: Hours | null;
  onChange: (hours: Hours | null) => void;
}

/** When PLM leaves the machine in peace. */
export function QuietHours({ hours, onChange }: Props) {
  return (
    <div class="quiet-hours">
      <SwitchRow
        label="Quiet hours"
        hint="In these hours PLM does not begin to learn by itself."
        checked={hours !== null}
        onChange={(on) => onChange(on ? AT_NIGHT : null)}
      />
      {hours && (
        <div class="hours">
          <HourSelect
            label="Quiet from"
            hour={hours.start}
            onChoose={(start) => onChange(startingAt(start, hours))}
          />
          <HourSelect
            label="Quiet until"
            hour={hours.end}
            onChoose={(end) => onChange(endingAt(end, hours))}
          />
        </div>
      )}
    </div>
  );
}

interface HourProps {
  label: string;
  hour: number;
  onChoose: (hour: number) => void;
}

function HourSelect({ label, hour, onChoose }: HourProps) {
  return (
    <label class="hour">
      <span class="quiet">{label}</span>
      <select
        class="text-field"
        value={hour}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {HOURS.map((one) => (
          <option key={one} value={one}>
            {hourLabel(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
