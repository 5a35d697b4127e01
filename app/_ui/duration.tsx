import { formatDuration } from './format-duration.ts';

/** A length of time in its two largest units. */
export function Duration({ seconds, className }: { seconds: number; className?: string | undefined }) {
  return (
    <time dateTime={`PT${Math.max(0, Math.round(seconds))}S`} className={className}>
      {formatDuration(seconds)}
    </time>
  );
}
