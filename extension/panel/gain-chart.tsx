import type { LearnedVersion } from '../link/protocol';
import { percent } from './figures';
import { gains, type Point } from './gain';

const WIDTH = 320;
const HEIGHT = 90;
const EDGE = 8;

/** How much better PLM predicts this user's texts, version by version. */
export function GainChart({ versions }: { versions: LearnedVersion[] }) {
  const points: Point[] = [{ version: 0, gain: 0 }, ...gains(versions)];
  const latest = points.at(-1);
  if (points.length < 2 || !latest) return null;
  const most = Math.max(...points.map(({ gain }) => gain), 0.01);
  const least = Math.min(...points.map(({ gain }) => gain), 0);
  const x = (place: number) => EDGE + (place / (points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (gain: number) =>
    HEIGHT - EDGE - ((gain - least) / (most - least)) * (HEIGHT - 2 * EDGE);
  const line = points.map(({ gain }, place) => `${x(place)},${y(gain)}`).join(' ');
  return (
    <figure class="gain">
      <figcaption>
        <strong>{percent(latest.gain)}</strong> less surprised by what you write than before it
        learned
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Gain over the versions">
        <line class="axis" x1={EDGE} x2={WIDTH - EDGE} y1={y(0)} y2={y(0)} />
        <polyline points={line} />
        {points.map(({ version, gain }, place) => (
          <circle key={version} cx={x(place)} cy={y(gain)} r="3.5">
            <title>{version ? `Version ${version}: ${percent(gain)}` : 'Before learning'}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}
