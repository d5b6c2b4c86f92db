import { useId } from 'preact/hooks';
import type { FederationStatus } from '../link/protocol';
import { SwitchRow } from '../look/switch-row';
import type { Limits } from './belonging';

const COHORTS = [3, 10, 30, 100, 300];
const EPSILONS = [1, 2, 5, 10, 50];
const ALWAYS = '';

interface Props {
  status: FederationStatus;
  onChange: (changed: Partial<Limits>) => void;
}

/** What must hold before anything leaves. */
export function FederationTerms({ status, onChange }: Props) {
  const { smallest_cohort, most_epsilon, metered } = status;
  return (
    <section class="card settings" aria-labelledby="terms">
      <h2 id="terms" class="card-title">
        Your terms
      </h2>
      <Select
        label="Send only in sums of at least"
        hint="A round promises two thirds of its group. Whoever runs the community knows how large its groups are; ask for more, and this computer passes its rounds by."
        value={String(smallest_cohort)}
        options={withOwn(COHORTS, smallest_cohort).map((count) => ({
          value: String(count),
          name: `${count} computers`,
        }))}
        onChoose={(value) => onChange({ smallest_cohort: Number(value) })}
      />
      <Select
        label="Send only while what all of it tells stays"
        hint="ε says how much better a guess about you can get by knowing everything that was summed. The smaller, the better hidden."
        value={most_epsilon === null ? ALWAYS : String(most_epsilon)}
        options={[
          { value: ALWAYS, name: 'whatever it is' },
          ...withOwn(EPSILONS, most_epsilon).map((epsilon) => ({
            value: String(epsilon),
            name: `at ε ${epsilon} or below`,
          })),
        ]}
        onChoose={(value) => onChange({ most_epsilon: value === ALWAYS ? null : Number(value) })}
      />
      <SwitchRow
        label="This connection is metered"
        hint="Nothing is sent by itself while this is on. Where your system knows, PLM asks it, too."
        checked={metered}
        onChange={(isMetered) => onChange({ metered: isMetered })}
      />
    </section>
  );
}

interface SelectProps {
  label: string;
  hint?: string;
  value: string;
  options: { value: string; name: string }[];
  onChoose: (value: string) => void;
}

function Select({ label, hint, value, options, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div class="field-form">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        class="text-field"
        id={id}
        value={value}
        aria-describedby={hint && `${id}-hint`}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.name}
          </option>
        ))}
      </select>
      {hint && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What was chosen elsewhere is offered, too. */
export function withOwn(offered: number[], own: number | null): number[] {
  const all = own === null || offered.includes(own) ? offered : [...offered, own];
  return [...all].sort((one, other) => one - other);
}
