import type { PanelLink } from '../link/panel-link';
import { useAnswer } from './answer';

interface Props {
  link: PanelLink;
  persona: string;
  changes: number;
}

/** The phrases that PLM knows best. */
export function Habits({ link, persona, changes }: Props) {
  const answer = useAnswer(link, 'habits', { type: 'habits_query', persona }, changes);
  if (!answer) return null;
  if (answer.phrases.length === 0) {
    return (
      <p class="quiet">
        No phrases so far. What you write more than once, such as a greeting or a name, shows up
        here.
      </p>
    );
  }
  return (
    <>
      <h3 class="card-title" id="phrases">
        Your phrases
      </h3>
      <ul class="phrases" aria-labelledby="phrases">
        {answer.phrases.map(({ text, times }) => (
          <li key={text} dir="auto">
            {text}{' '}
            <span class="times">
              <span aria-hidden="true">×</span>
              {times.toLocaleString()}
              <span class="visually-hidden"> times</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
