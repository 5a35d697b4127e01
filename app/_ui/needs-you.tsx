import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { type Tone, toneText } from './tone.ts';
import { ToneIcon } from './tone-icon.tsx';

export type NeedsYouItem = {
  id: string;
  /** What is asked, as a verb with its object. */
  title: ReactNode;
  /** Why it waits for this person, in one line. */
  why?: ReactNode;
  href: string;
  /** By when, or since when it waits. */
  when?: ReactNode;
  tone?: Tone | undefined;
};

export type NeedsYouProps = {
  items: readonly NeedsYouItem[];
  title?: string | undefined;
  /** Said when nothing waits. */
  empty?: ReactNode;
};

/** What waits for a decision of this person, most pressing first. */
export function NeedsYou({
  items,
  title = 'Needs you',
  empty = 'Nothing waits for you. We will list it here when something does.',
}: NeedsYouProps) {
  return (
    <section aria-label={title}>
      <h2 className="mb-1 flex items-baseline gap-2 font-semibold text-sm">
        {title}
        {items.length === 0 ? null : <span className="font-normal text-ink-3">{items.length}</span>}
      </h2>
      {items.length === 0 ? (
        <p className="border-line border-y py-3 text-ink-3 text-sm">{empty}</p>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {items.map((item) => (
            <li key={item.id}>
              <Link
                href={item.href}
                className="group flex min-h-11 items-center gap-3 py-2 transition-colors duration-[120ms] hover:bg-hover sm:px-2"
              >
                <ToneIcon
                  tone={item.tone ?? 'neutral'}
                  className={cn('size-4 shrink-0', toneText[item.tone ?? 'neutral'])}
                />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium text-base">{item.title}</span>
                  {item.why ? <span className="block text-ink-3 text-sm">{item.why}</span> : null}
                </span>
                {item.when ? <span className="shrink-0 text-ink-3 text-xs">{item.when}</span> : null}
                <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
