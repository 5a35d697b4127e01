'use client';

import * as RadixSwitch from 'radix-ui/switch';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export type SwitchProps = ComponentProps<typeof RadixSwitch.Root> & { label: ReactNode; hint?: ReactNode };

/** A yes or no that takes effect at once. */
export function Switch({ label, hint, className, id, ...rest }: SwitchProps) {
  const generated = useId();
  const switchId = id ?? generated;
  const hintId = hint ? `${switchId}-about` : undefined;
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={switchId} className="cursor-pointer font-medium text-sm">
          {label}
        </label>
        {hint ? (
          <div id={hintId} className="prose-width text-ink-3 text-xs">
            {hint}
          </div>
        ) : null}
      </div>
      <RadixSwitch.Root
        id={switchId}
        aria-describedby={hintId}
        className={cn(
          'relative h-5 w-9 shrink-0 rounded-full border border-control bg-control transition-colors duration-[120ms] disabled:cursor-not-allowed disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
          className,
        )}
        {...rest}
      >
        <RadixSwitch.Thumb className="block size-4 translate-x-px rounded-full bg-surface transition-transform duration-[120ms] data-[state=checked]:translate-x-[17px]" />
      </RadixSwitch.Root>
    </div>
  );
}
