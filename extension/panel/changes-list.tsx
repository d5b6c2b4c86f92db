import type { Change } from '../link/protocol';
import { chance } from './figures';

/** How likely a word of the user's own was to be foretold, and how likely it is now. */
export function ChangesList({ changes }: { changes: Change[] }) {
  if (changes.length === 0) {
    return <p class="quiet">No word of your newest texts stands out.</p>;
  }
  return (
    <ol class="changes-list">
      {changes.map(({ before, word, chance_before, chance_after }) => (
        <li key={`${before}${word}`}>
          <span class="words" dir="auto">
            {before && `…${before.trimStart()}`}
            {before && !before.endsWith(' ') && ' '}
            <strong>{word}</strong>
          </span>
          <span class="chances">
            <span class="visually-hidden">was foretold with </span>
            {chance(chance_before)}
            <span aria-hidden="true"> → </span>
            <span class="visually-hidden">, is now with </span>
            <strong>{chance(chance_after)}</strong>
          </span>
        </li>
      ))}
    </ol>
  );
}
