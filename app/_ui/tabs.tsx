'use client';

import * as RadixTabs from 'radix-ui/tabs';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type TabItem = { value: string; label: ReactNode; count?: number | undefined; content: ReactNode };

export type TabsProps = {
  items: readonly TabItem[];
  /** Names the set for screen readers. */
  label: string;
  defaultValue?: string | undefined;
  value?: string | undefined;
  onValueChange?: ((value: string) => void) | undefined;
  className?: string | undefined;
};

/** Views of one thing on one page. For pages of their own use `LinkTabs`. */
export function Tabs({ items, label, defaultValue, value, onValueChange, className }: TabsProps) {
  return (
    <RadixTabs.Root
      {...(value === undefined ? { defaultValue: defaultValue ?? items[0]?.value ?? '' } : { value })}
      {...(onValueChange === undefined ? {} : { onValueChange })}
      className={className}
    >
      <RadixTabs.List aria-label={label} className="flex gap-4 overflow-x-auto border-line border-b">
        {items.map((item) => (
          <RadixTabs.Trigger
            key={item.value}
            value={item.value}
            className={cn(
              '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 font-medium text-ink-2 text-sm transition-colors duration-[120ms] hover:text-ink focus-visible:outline-offset-[-2px]',
              'data-[state=active]:border-accent data-[state=active]:text-ink',
            )}
          >
            {item.label}
            {item.count === undefined ? null : <span className="text-ink-3 text-xs">{item.count}</span>}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {items.map((item) => (
        <RadixTabs.Content key={item.value} value={item.value} className="pt-4">
          {item.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
