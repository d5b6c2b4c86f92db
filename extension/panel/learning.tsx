import type { PanelLink } from '../link/panel-link';
import type { LearnCourse, LearnedVersion, LearnStatus } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';
import { SwitchRow } from '../look/switch-row';
import { percent } from './figures';
import { gainOf } from './gain';
import { GainChart } from './gain-chart';
import { useLearned } from './learned';

const STAGES: Record<string, string> = {
  beginning: 'Getting ready',
  learning: 'Learning from your texts',
  fusing: 'Finding how much to trust it',
  judging: 'Checking that it helps',
};
const STATES: Record<LearnedVersion['state'], string> = {
  in_use: 'In use',
  kept: 'Kept',
  discarded: 'Not kept',
  retired: 'Forgotten',
};

/** What PLM has learned, what that gained and cost, and the way back. */
export function Learning({ link, daemon }: { link: PanelLink; daemon: Daemon }) {
  const { status, versions, begin, stop, rollBack, setPaused } = useLearned(link, daemon);
  if (!status) return null;
  return (
    <>
      <section class="card settings">
        <SwitchRow
          label="Learn while I am away"
          hint="From what is kept, on this computer, on mains power. Only what helps is used."
          checked={!status.paused}
          onChange={(learns) => setPaused(!learns)}
        />
        {status.course ? (
          <Course course={status.course} onStop={stop} />
        ) : (
          <div class="row">
            <span class="quiet">{waiting(status)}</span>
            <button class="button" type="button" onClick={begin}>
              Learn now
            </button>
          </div>
        )}
        {status.last && !status.course && <p class="quiet">Last time: {status.last}</p>}
      </section>
      <section class="versions" aria-labelledby="versions">
        <h2 class="section-title" id="versions">
          What was learned
        </h2>
        {versions.length > 0 ? (
          <>
            <div class="card">
              <GainChart versions={versions} />
              {status.version !== null && (
                <button class="button" type="button" onClick={rollBack}>
                  Go back one version
                </button>
              )}
            </div>
            {versions.map((version) => (
              <Version key={version.version} version={version} />
            ))}
          </>
        ) : (
          <p class="empty">
            Nothing yet. Once enough of your texts are kept, PLM learns from them when you are not
            writing, and shows here what that gained.
          </p>
        )}
      </section>
    </>
  );
}

function Course({ course, onStop }: { course: LearnCourse; onStop: () => void }) {
  const name = STAGES[course.stage] ?? course.stage;
  return (
    <div class="course">
      <label>
        <span>{course.held ? `${name}: waiting while you write` : name}</span>
        <progress value={course.fraction} max="1" />
      </label>
      <button class="button" type="button" onClick={onStop}>
        Stop
      </button>
    </div>
  );
}

function Version({ version }: { version: LearnedVersion }) {
  const day = new Date(version.created_at).toLocaleDateString(undefined, { dateStyle: 'medium' });
  const gain = gainOf(version);
  return (
    <article class="card version">
      <header>
        <strong>Version {version.version}</strong>
        <span class={`mark ${version.state}`}>{STATES[version.state]}</span>
      </header>
      <p>
        {gain >= 0 ? `${percent(gain)} better` : `${percent(-gain)} worse`} on your newest texts
        {version.state === 'in_use' || version.state === 'kept' ? '' : `: ${version.reason}`}
      </p>
      <p class="quiet">
        {day} · {counted(version.documents, 'text')} ·{' '}
        {Math.max(1, Math.round(version.cpu_seconds / 60))} min of processor time
      </p>
    </article>
  );
}

function counted(count: number, name: string): string {
  return `${count.toLocaleString()} ${name}${count === 1 ? '' : 's'}`;
}

function waiting({ paused, waits_for }: LearnStatus): string {
  if (paused) return 'You paused it.';
  return waits_for ? `Waiting for ${waits_for}.` : 'About to learn.';
}
