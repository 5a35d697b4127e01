'use client';

import { Check, ChevronDown } from 'lucide-react';
import * as RadixSelect from 'radix-ui/select';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';
import { controlStyle } from './input.tsx';
import { usePortalContainer } from './portal-container.tsx';

export type SelectOption = {
  value: string;
  label: string;
  hint?: string | undefined;
  disabled?: boolean | undefined;
};

export type SelectProps = {
  options: readonly SelectOption[];
  value?: string | undefined;
  defaultValue?: string | undefined;
  onValueChange?: ((value: string) => void) | undefined;
  name?: string | undefined;
  placeholder?: string | undefined;
  disabled?: boolean | undefined;
  required?: boolean | undefined;
  /** Needed only outside a `Field`. */
  'aria-label'?: string | undefined;
  className?: string | undefined;
};

/** A choice among options that may carry a hint each. For a plain list inside a form prefer `NativeSelect`. */
export function Select({
  options,
  value,
  defaultValue,
  onValueChange,
  name,
  placeholder = 'Choose…',
  disabled = false,
  required = false,
  className,
  'aria-label': ariaLabel,
}: SelectProps) {
  const field = useFieldControl();
  const container = usePortalContainer();
  return (
    <RadixSelect.Root
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      {...(onValueChange === undefined ? {} : { onValueChange })}
      {...(name === undefined ? {} : { name })}
      disabled={disabled}
      required={required}
    >
      <RadixSelect.Trigger
        {...field}
        aria-label={ariaLabel}
        className={cn(
          controlStyle,
          'flex h-8 items-center justify-between gap-2 text-left data-placeholder:text-ink-3',
          className,
        )}
      >
        <span className="truncate">
          <RadixSelect.Value placeholder={placeholder} />
        </span>
        <RadixSelect.Icon>
          <ChevronDown aria-hidden className="size-4 text-ink-3" />
        </RadixSelect.Icon>
      </RadixSelect.Trigger>
      <RadixSelect.Portal {...(container === undefined ? {} : { container })}>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-appear overflow-hidden rounded-lg border border-line-strong bg-surface text-ink shadow-float"
        >
          <RadixSelect.Viewport className="p-1">
            {options.map((option) => (
              <RadixSelect.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="relative flex cursor-default select-none flex-col rounded-sm py-1.5 pr-8 pl-2 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover"
              >
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                {option.hint ? <span className="text-ink-3 text-xs">{option.hint}</span> : null}
                <RadixSelect.ItemIndicator className="absolute top-2 right-2">
                  <Check aria-hidden className="size-4 text-accent-ink" />
                </RadixSelect.ItemIndicator>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}
