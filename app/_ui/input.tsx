'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';

/** The frame every text-like control shares. */
export const controlStyle =
  'w-full rounded-md border border-control bg-surface px-2.5 text-base text-ink transition-colors duration-[120ms] hover:border-ink-3 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3 aria-invalid:border-critical';

export type InputProps = Omit<ComponentProps<'input'>, 'prefix'> & {
  /** Shown inside the frame before the text, such as a currency sign. */
  prefix?: ReactNode;
  /** Shown inside the frame after the text, such as a unit. */
  suffix?: ReactNode;
};

/** One line of text. Inside a `Field` it is labelled and described by itself. */
export function Input({ prefix, suffix, className, ...rest }: InputProps) {
  const field = useFieldControl();
  const numeric = rest.type === 'number' || rest.inputMode === 'decimal' || rest.inputMode === 'numeric';
  const input = (
    <input
      {...field}
      className={cn(
        controlStyle,
        'h-8 read-only:bg-sunken',
        numeric && 'text-right',
        prefix !== undefined && 'pl-8',
        suffix !== undefined && 'pr-14',
        className,
      )}
      {...rest}
    />
  );
  if (prefix === undefined && suffix === undefined) return input;
  // The frame takes the classes too: a width given to the control is that of the frame, so that the unit stays inside it.
  return (
    <div className={cn('relative', className)}>
      {prefix === undefined ? null : (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-ink-3">
          {prefix}
        </span>
      )}
      {input}
      {suffix === undefined ? null : (
        <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-ink-3 text-sm">
          {suffix}
        </span>
      )}
    </div>
  );
}
