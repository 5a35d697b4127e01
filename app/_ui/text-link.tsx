import Link from 'next/link';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** A link inside a sentence or a cell; underlined so that colour is not its only sign. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      className={cn(
        'rounded-sm text-accent-ink underline decoration-from-font underline-offset-[3px] hover:decoration-2',
        className,
      )}
      {...rest}
    />
  );
}
