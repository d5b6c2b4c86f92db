import type { LearnCourse, LearnStatus } from '../link/protocol';
import { personaLabel } from '../look/persona-names';
import { SwitchRow } from '../look/switch-row';
import type { Learned } from './learned';
import { QuietHours } from './quiet-hours';

const STAGES: Record<string, string> = {
  beginning: 'Getting ready',
  learning: 'Learning from your texts',
  fusing: 'Finding how much to trust it',
  judging: 'Checking that it helps',
};

interface Props {
  status: LearnStatus;
  learned: Learned;
  showsPersona: boolean;
}

/** Whether and when PLM learns, and what it is doing about it. */
export function LearningSettings({ status, learned, showsPersona }: Props) {
  return (
    <section class="card settings">
      <SwitchRow
        label="Learn while I am away"
        hint="From what is kept, on this computer, on mains power. Only what helps is used."
        checked={!status.paused}
        onChange={(learns) => learned.setPaused(!learns)}
      />
      {status.course ? (
        <Course course={status.course} showsPersona={showsPersona} onStop={learned.stop} />
      ) : (
        <div class="row">
          <span class="quiet">{waiting(status)}</span>
          <button class="button" type="button" onClick={learned.begin}>
            Learn now
          </button>
        </div>
      )}
      {status.last && !status.course && <p class="quiet">Last time: {status.last}</p>}
      <QuietHours hours={status.quiet_hours} onChange={learned.setQuietHours} />
    </section>
  );
}

interface CourseProps {
  course: LearnCourse;
  showsPersona: boolean;
  onStop: () => void;
}

function Course({ course, showsPersona, onStop }: CourseProps) {
  const stage = STAGES[course.stage] ?? course.stage;
  const name = showsPersona ? `${personaLabel(course.persona)}: ${stage}` : stage;
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

function waiting({ paused, waits_for }: LearnStatus): string {
  if (paused) return 'You paused it.';
  return waits_for ? `Waiting for ${waits_for}.` : 'About to learn.';
}
