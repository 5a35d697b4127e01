'use client';

import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';
import { controlStyle } from './input.tsx';

/** The browser's own select in our frame: works with `register()`, without script, and on a phone. */
export function NativeSelect({ className, children, ...rest }: ComponentProps<'select'>) {
  const field = useFieldControl();
  return (
    <div className="relative">
      <select {...field} className={cn(controlStyle, 'h-8 appearance-none pr-8', className)} {...rest}>
        {children}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-ink-3"
      />
    </div>
  );
}
