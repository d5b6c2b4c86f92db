import type { Status } from '../link/protocol';
import { ends, milliseconds, percent, waits } from './figures';

/** The user's own numbers: counts and times, never text. */
export function Statistics({ status }: { status: Status }) {
  return (
    <section class="statistics" aria-labelledby="statistics">
      <h2 class="section-title" id="statistics">
        Statistics
      </h2>
      {status.shown > 0 ? <Figures status={status} /> : <NoneYet />}
    </section>
  );
}

function Figures({ status }: { status: Status }) {
  const counts = ends(status);
  const times = waits(status);
  return (
    <div class="card figures">
      <dl class="headlines">
        <Headline name="Shown" value={status.shown.toLocaleString()} />
        <Headline name="Share accepted" value={percent(status.accepted / status.shown)} />
        <Headline name="Characters saved" value={status.chars_saved.toLocaleString()} />
      </dl>
      <div class="bar" aria-hidden="true">
        {counts.map(({ name, share }) => (
          <span key={name} style={{ flexGrow: share }} />
        ))}
      </div>
      <dl class="legend">
        {counts.map(({ name, amount }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{amount.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      {times.length > 0 && (
        <table class="times">
          <thead>
            <tr>
              <th scope="col">Waiting time</th>
              <th scope="col">Median</th>
              <th scope="col">95% within</th>
            </tr>
          </thead>
          <tbody>
            {times.map(({ name, median, p95 }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{milliseconds(median)}</td>
                <td>{milliseconds(p95)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="note">Counts and times only, never text. Times since PLM was last started.</p>
    </div>
  );
}

function Headline({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function NoneYet() {
  return (
    <p class="empty">
      No suggestion has been shown yet. Once you write, this is where you see how many you took,
      what they saved you, and how long you waited for them.
    </p>
  );
}
