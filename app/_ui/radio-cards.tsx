'use client';

import * as RadixRadio from 'radix-ui/radio-group';
import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';
import { useFieldControl, useFieldLabelId } from './field.tsx';

export type RadioCard = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean | undefined };

export type RadioCardsProps = {
  options: readonly RadioCard[];
  value?: string | undefined;
  defaultValue?: string | undefined;
  onValueChange?: ((value: string) => void) | undefined;
  name?: string | undefined;
  /** Needed only outside a `Field`. */
  'aria-label'?: string | undefined;
  /** Cards side by side from 640 px on. */
  columns?: 1 | 2 | 3 | undefined;
  className?: string | undefined;
};

const columnClass = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-3' } as const;

/** A few options worth a line of explanation each. Arrow keys move, the whole card is the target. */
export function RadioCards({ options, columns = 1, className, ...rest }: RadioCardsProps) {
  const field = useFieldControl();
  const labelId = useFieldLabelId();
  const base = useId();
  const { id, ...described } = field;
  const props = Object.fromEntries(Object.entries(rest).filter(([, given]) => given !== undefined));
  return (
    <RadixRadio.Root
      {...described}
      {...(id === undefined ? {} : { id })}
      {...(labelId === undefined ? {} : { 'aria-labelledby': labelId })}
      className={cn('grid gap-2', columnClass[columns], className)}
      {...props}
    >
      {options.map((option) => {
        const optionId = `${base}-${option.value}`;
        return (
          <label
            key={option.value}
            htmlFor={optionId}
            className="flex items-start gap-2.5 rounded-lg border border-line-strong bg-surface p-3 transition-colors duration-[120ms] hover:border-control has-disabled:cursor-not-allowed has-disabled:opacity-50 has-data-[state=checked]:border-accent has-data-[state=checked]:bg-selected"
          >
            <RadixRadio.Item
              id={optionId}
              value={option.value}
              disabled={option.disabled ?? false}
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-control bg-surface data-[state=checked]:border-accent"
            >
              <RadixRadio.Indicator className="size-2 rounded-full bg-accent" />
            </RadixRadio.Item>
            <span className="min-w-0">
              <span className="block font-medium text-sm">{option.label}</span>
              {option.hint ? <span className="block text-ink-2 text-xs">{option.hint}</span> : null}
            </span>
          </label>
        );
      })}
    </RadixRadio.Root>
  );
}
