'use client';

import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';
import { controlStyle } from './input.tsx';

/** Several lines of text; grows with its content where the browser can. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  const field = useFieldControl();
  return (
    <textarea
      {...field}
      rows={rows}
      className={cn(
        controlStyle,
        'read-only:bg-sunken field-sizing-content min-h-20 resize-y py-1.5 leading-5',
        className,
      )}
      {...rest}
    />
  );
}
