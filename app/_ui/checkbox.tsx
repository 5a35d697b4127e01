'use client';

import { Check, Minus } from 'lucide-react';
import * as RadixCheckbox from 'radix-ui/checkbox';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';

export type CheckboxProps = ComponentProps<typeof RadixCheckbox.Root> & {
  /** Words beside the box; without it give an `aria-label`. */
  label?: ReactNode;
  hint?: ReactNode;
};

/** A yes or no that takes effect when the form is sent. Never ticked beforehand for a consent. */
export function Checkbox({ label, hint, className, id, ...rest }: CheckboxProps) {
  const generated = useId();
  const field = useFieldControl();
  const boxId = id ?? field.id ?? generated;
  const hintId = hint ? `${boxId}-about` : undefined;
  const box = (
    <RadixCheckbox.Root
      {...field}
      id={boxId}
      aria-describedby={[field['aria-describedby'], hintId].filter(Boolean).join(' ') || undefined}
      className={cn(
        'group/box flex size-4 shrink-0 items-center justify-center rounded-sm border border-control bg-surface text-on-accent transition-colors duration-[120ms] hover:border-ink-3 disabled:cursor-not-allowed aria-invalid:border-critical data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent',
        className,
      )}
      {...rest}
    >
      <RadixCheckbox.Indicator>
        <Check aria-hidden strokeWidth={3} className="size-3 group-data-[state=indeterminate]/box:hidden" />
        <Minus
          aria-hidden
          strokeWidth={3}
          className="hidden size-3 group-data-[state=indeterminate]/box:block"
        />
      </RadixCheckbox.Indicator>
    </RadixCheckbox.Root>
  );
  if (label === undefined) return box;
  return (
    <div className="flex items-start gap-2 has-disabled:opacity-60">
      <span className="flex h-5 items-center">{box}</span>
      <div className="min-w-0">
        <label htmlFor={boxId} className="cursor-pointer text-base">
          {label}
        </label>
        {hint ? (
          <div id={hintId} className="text-ink-3 text-xs">
            {hint}
          </div>
        ) : null}
      </div>
    </div>
  );
}
