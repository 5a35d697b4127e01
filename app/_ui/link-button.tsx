import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { type ButtonStyleProps, buttonStyle } from './button.tsx';
import { cn } from './cn.ts';

export type LinkButtonProps = ComponentProps<typeof Link> & ButtonStyleProps & { icon?: ReactNode };

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({ variant, size, icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link className={cn(buttonStyle({ variant, size }), className)} {...rest}>
      {icon}
      {children}
    </Link>
  );
}
