import { useEffect, useState } from 'preact/hooks';
import { RESTS, snooze, wake, watchSnooze } from '../consent/snooze';

/** Until when suggestions rest; 0 when they do not. */
export function useSnooze(): number {
  const [until, setUntil] = useState(0);
  useEffect(() => watchSnooze(setUntil), []);
  return until;
}

/** Peace for a while. */
export function RestRow({ until }: { until: number }) {
  if (until) {
    return (
      <div class="rest">
        <span>Resting until {timeOf(until)}.</span>
        <button class="button" type="button" onClick={() => void wake()}>
          Wake up
        </button>
      </div>
    );
  }
  return (
    <fieldset class="rest">
      <legend class="visually-hidden">Rest</legend>
      <span>Rest for</span>
      {RESTS.map((rest) => (
        <button
          key={rest.name}
          class="button"
          type="button"
          onClick={() => void snooze(rest.until(new Date()))}
        >
          {rest.name}
        </button>
      ))}
    </fieldset>
  );
}

function timeOf(moment: number): string {
  return new Date(moment).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
}
