import type { FederationStatus } from '../link/protocol';
import { counted } from './counted';
import { epsilonLabel, sentence, size } from './federating';
import { dateLabel, timeLabel } from './timeline';

interface Props {
  status: FederationStatus;
  /** Only for who left. */
  onForget?: () => void;
}

/** What was sent and when, and what all of it together can tell about the user. */
export function SentRounds({ status, onForget }: Props) {
  const { rounds, bytes } = status;
  const epsilon = epsilonLabel(status);
  return (
    <section class="card settings" aria-labelledby="sent">
      <h2 id="sent" class="card-title">
        What was sent
      </h2>
      {rounds.length === 0 ? (
        <p class="quiet">Nothing yet.</p>
      ) : (
        <>
          <p>
            {counted(rounds.length, 'update')}, {size(bytes)} in all. Each was masked, and could be
            read only in a sum with those of other computers.
          </p>
          <p class="privacy">
            {epsilon && (
              <span class="epsilon">
                ε <strong>{epsilon}</strong>
              </span>
            )}
            <span>{sentence(status.epsilon_in_words)}.</span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
          <ul class="rounds" aria-label="Updates that were sent" tabIndex={0}>
            {rounds.map((round) => (
              <li key={`${round.at} ${round.version}`}>
                <span>
                  {dateLabel(round.at)}, {timeLabel(round.at)}
                  <span class="quiet"> · to {round.community}</span>
                </span>
                <span class="quiet">
                  {size(round.bytes)}, with {round.threshold - 1} others or more
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {onForget && (
        <>
          <p class="quiet">You left. What was sent cannot be called back.</p>
          <div class="button-row">
            <button class="button" type="button" onClick={onForget}>
              Delete this list
            </button>
          </div>
        </>
      )}
    </section>
  );
}
