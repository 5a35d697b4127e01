import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { DateTime } from './date-time.tsx';
import { type Tone, toneText } from './tone.ts';

export type TimelineEvent = {
  id: string;
  at: Date | string;
  /** What happened: "Read 2 submitted", "Review accepted". */
  title: ReactNode;
  /** Who did it, as far as the viewer may know. */
  who?: ReactNode;
  says?: ReactNode;
  tone?: Tone | undefined;
  /** The event this page is about. */
  isThis?: boolean | undefined;
};

/** What happened, in order of time, oldest first. */
export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  return (
    <ol className="flex flex-col">
      {events.map((event, index) => (
        <li key={event.id} className="relative flex gap-3 pb-3 last:pb-0">
          {index === events.length - 1 ? null : (
            <span aria-hidden className="absolute top-4 bottom-0 left-[3.5px] w-px bg-line-strong" />
          )}
          <span
            aria-hidden
            className={cn('mt-1.5', event.isThis ? 'text-accent' : toneText[event.tone ?? 'neutral'])}
          >
            <span
              className={cn(
                'block size-2 rounded-full border-[1.5px] border-current',
                event.isThis && 'bg-current ring-3 ring-accent-soft',
              )}
            />
          </span>
          <div className="min-w-0 flex-1 text-sm">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className={cn(event.isThis && 'font-semibold')}>
                {event.title}
                {event.isThis ? <span className="sr-only"> (this one)</span> : null}
              </span>
              <DateTime at={event.at} className="text-ink-3 text-xs" />
            </div>
            {event.who ? <div className="text-ink-2">{event.who}</div> : null}
            {event.says ? <div className="text-ink-3">{event.says}</div> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
