import type { FederationStatus } from '../link/protocol';
import { verdictLabel } from './federating';
import { dateLabel } from './timeline';

/** What came of the community's versions, each tried on this user's own texts. */
export function TriedReleases({ status: { verdicts } }: { status: FederationStatus }) {
  if (verdicts.length === 0) return null;
  return (
    <section class="card settings" aria-labelledby="tried">
      <div>
        <h2 id="tried" class="card-title">
          Versions that came
        </h2>
        <p class="quiet">
          Each is tried here, on your newest texts, before anything is suggested with it.
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <ul class="rounds" aria-label="Versions that came" tabIndex={0}>
        {verdicts.map((verdict) => (
          <li key={`${verdict.at} ${verdict.version}`}>
            <span>
              Version {verdict.version}
              <span class="quiet"> · {dateLabel(verdict.at)}</span>
            </span>
            <span class="quiet">{verdictLabel(verdict)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
