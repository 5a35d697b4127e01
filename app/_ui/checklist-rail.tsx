import { CircleCheck, CircleDashed, CircleDot, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type ChecklistItem = {
  label: ReactNode;
  state: 'done' | 'current' | 'todo' | 'wrong';
  /** What is still missing. */
  says?: ReactNode;
  href?: string | undefined;
};

export type ChecklistRailProps = {
  title: string;
  items: readonly ChecklistItem[];
  /** The main action and when it will be possible. */
  footer?: ReactNode;
};

const icons = { done: CircleCheck, current: CircleDot, todo: CircleDashed, wrong: CircleX } as const;
const tones = {
  done: 'text-good',
  current: 'text-accent',
  todo: 'text-ink-3',
  wrong: 'text-critical',
} as const;
const words = { done: 'done', current: 'now', todo: 'missing', wrong: 'needs correction' } as const;

/** What is still missing beside a long form; each line leads to its part. */
export function ChecklistRail({ title, items, footer }: ChecklistRailProps) {
  const done = items.filter((item) => item.state === 'done').length;
  return (
    <nav aria-label={title} className="flex flex-col gap-2">
      <div className="flex items-baseline justify-between gap-2 text-sm">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-ink-3 text-xs">
          {done} of {items.length}
        </span>
      </div>
      <ol className="flex flex-col">
        {items.map((item, index) => {
          const Icon = icons[item.state];
          const body = (
            <>
              <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tones[item.state])} />
              <span className="min-w-0">
                <span className={cn('block', item.state === 'current' && 'font-medium')}>
                  {item.label}
                  <span className="sr-only"> ({words[item.state]})</span>
                </span>
                {item.says ? <span className="block text-ink-3 text-xs">{item.says}</span> : null}
              </span>
            </>
          );
          const style = 'flex items-start gap-2 rounded-md px-2 py-1.5 text-sm';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a checklist is a fixed sequence
            <li key={index} aria-current={item.state === 'current' ? 'step' : undefined}>
              {item.href === undefined ? (
                <span className={style}>{body}</span>
              ) : (
                <a href={item.href} className={cn(style, 'hover:bg-hover')}>
                  {body}
                </a>
              )}
            </li>
          );
        })}
      </ol>
      {footer ? <div className="border-line border-t pt-3">{footer}</div> : null}
    </nav>
  );
}
