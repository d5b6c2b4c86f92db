import { useState } from 'preact/hooks';
import { dayOf, type Filter } from './filter';

type Period = Pick<Filter, 'from' | 'to'>;

const ANY: Period = { from: null, to: null };
const PERIODS: { name: string; days: number }[] = [
  { name: 'Today', days: 1 },
  { name: 'Last 7 days', days: 7 },
  { name: 'Last 30 days', days: 30 },
];

interface Props {
  period: Period;
  onChange: (period: Period) => void;
}

/** From which day to which. */
export function PeriodFilter({ period, onChange }: Props) {
  const [isOwn, setOwn] = useState(false);
  const chosen = isOwn ? 'own' : nameOf(period);
  const choose = (value: string) => {
    setOwn(value === 'own');
    if (value !== 'own') onChange(periodOf(value));
  };
  return (
    <>
      <select
        class="text-field"
        aria-label="Time"
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="any">Any time</option>
        {PERIODS.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value="own">From … to …</option>
      </select>
      {isOwn && (
        <div class="days">
          <Day
            label="First day"
            day={period.from}
            onChange={(from) => onChange({ ...period, from })}
          />
          <span aria-hidden="true">to</span>
          <Day label="Last day" day={period.to} onChange={(to) => onChange({ ...period, to })} />
        </div>
      )}
    </>
  );
}

interface DayProps {
  label: string;
  day: string | null;
  onChange: (day: string | null) => void;
}

function Day({ label, day, onChange }: DayProps) {
  return (
    <input
      class="text-field"
      type="date"
      min="1970-01-01"
      max="2999-12-31"
      aria-label={label}
      value={day ?? ''}
      onInput={({ currentTarget: { value, validity } }) =>
        onChange(validity.valid && value ? value : null)
      }
    />
  );
}

function periodOf(name: string): Period {
  const days = PERIODS.find((one) => one.name === name)?.days;
  if (!days) return ANY;
  const now = new Date();
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1);
  return { from: dayOf(first), to: null };
}

function nameOf({ from, to }: Period): string {
  if (!from && !to) return 'any';
  return PERIODS.find(({ name }) => periodOf(name).from === from && !to)?.name ?? 'own';
}
