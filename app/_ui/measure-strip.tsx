import type { Tone } from './tone.ts';

const fill: Record<Tone, string> = {
  good: 'var(--good)',
  attention: 'var(--attention)',
  critical: 'var(--critical)',
  information: 'var(--information)',
  neutral: 'var(--ink-3)',
};

export type MeasureStripProps = {
  value: number;
  interval?: readonly [number, number] | null | undefined;
  threshold?: number | undefined;
  range: readonly [number, number];
  tone: Tone;
  /** Pixels. */
  width: number;
};

/** Value, interval and threshold on one line. Decorative: the same is said in words beside it. */
export function MeasureStrip({ value, interval, threshold, range, tone, width }: MeasureStripProps) {
  const [low, high] = range;
  const at = (figure: number) => Math.min(1, Math.max(0, (figure - low) / (high - low || 1))) * width;
  return (
    <svg
      aria-hidden
      width={width}
      height="14"
      viewBox={`0 0 ${width} 14`}
      className="my-0.5 shrink-0 overflow-visible"
    >
      <rect x="0" y="6.5" width={width} height="1" fill="var(--line-strong)" />
      {interval ? (
        <rect
          x={at(interval[0])}
          y="4"
          width={Math.max(1, at(interval[1]) - at(interval[0]))}
          height="6"
          rx="1"
          fill={fill[tone]}
          opacity="0.35"
        />
      ) : null}
      <circle cx={at(value)} cy="7" r="3" fill={fill[tone]} />
      {threshold === undefined ? null : (
        <rect x={at(threshold) - 0.75} y="0" width="1.5" height="14" fill="var(--ink)" />
      )}
    </svg>
  );
}

/** The last figures as a small line; decorative. */
export function Sparkline({ figures }: { figures: readonly number[] }) {
  if (figures.length < 2) return null;
  const low = Math.min(...figures);
  const span = Math.max(...figures) - low || 1;
  const points = figures.map((figure, index) => ({
    x: 1 + (index / (figures.length - 1)) * 46,
    y: 12 - ((figure - low) / span) * 10,
  }));
  const last = points.at(-1);
  return (
    <svg aria-hidden width="50" height="14" viewBox="0 0 50 14" className="shrink-0 overflow-visible">
      <polyline
        points={points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')}
        fill="none"
        stroke="var(--ink-3)"
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
      {last ? <circle cx={last.x} cy={last.y} r="1.75" fill="var(--ink)" /> : null}
    </svg>
  );
}
