import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/routers/_app.ts';

export type Fit = NonNullable<inferRouterOutputs<AppRouter>['matching']['whyMe']>;

/** Every part of a match with its weight and what it rests on; sponsors and candidates see the same. */
export function ScoreParts({ parts }: { parts: Fit['parts'] }) {
  return (
    <ul className="flex flex-col gap-2 text-sm">
      {parts.map((part) => (
        <li key={part.key} className="grid grid-cols-[1fr_auto] gap-x-3">
          <span>{part.label}</span>
          <span className="text-ink-2">
            {part.value === null ? 'not known, counts 0.50' : part.value.toFixed(2)} × {part.weight}
          </span>
          <span className="col-span-2 mt-1 h-1 rounded-full bg-sunken" aria-hidden>
            <span
              className={`block h-full rounded-full ${part.value === null ? 'bg-line-strong' : 'bg-chart-1'}`}
              style={{ width: `${(part.value ?? 0.5) * 100}%` }}
            />
          </span>
          <span className="prose-width col-span-2 mt-0.5 text-ink-3 text-xs">{part.explanation}</span>
        </li>
      ))}
    </ul>
  );
}
