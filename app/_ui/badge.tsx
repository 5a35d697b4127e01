import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { type Tone, toneSoft } from './tone.ts';

export type BadgeProps = {
  tone?: Tone | undefined;
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** One or two words about a thing. For a state of the story use `StatusPill`. */
export function Badge({ tone = 'neutral', icon, className, children }: BadgeProps) {
  return (
    <span
      className={cn(
        'inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded-sm px-1.5 align-middle font-medium text-xs [&_svg]:size-3 [&_svg]:shrink-0',
        toneSoft[tone],
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
