import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { cn } from './cn.ts';

export const buttonStyle = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors duration-[120ms] disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-accent text-on-accent not-disabled:hover:bg-accent-hover',
        secondary: 'border-line-strong bg-surface text-ink shadow-raised not-disabled:hover:bg-hover',
        quiet:
          'border-transparent bg-transparent text-ink-2 not-disabled:hover:bg-hover not-disabled:hover:text-ink',
        danger: 'border-transparent bg-critical text-on-critical not-disabled:hover:bg-critical-hover',
      },
      size: {
        sm: 'h-7 px-2 text-sm',
        md: 'h-8 px-3 text-sm',
        lg: 'h-10 px-4 text-base',
        icon: 'size-8 p-0',
        'icon-sm': 'size-7 p-0',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

export type ButtonStyleProps = VariantProps<typeof buttonStyle>;

export type ButtonProps = ComponentProps<'button'> &
  ButtonStyleProps & {
    /** While true the button keeps its width, shows that it works and takes no second press. */
    pending?: boolean | undefined;
    /** Drawn before the words. */
    icon?: ReactNode;
  };

/** A press that comes too early: it neither acts nor sends the form. */
function ignore(event: MouseEvent) {
  event.preventDefault();
  event.stopPropagation();
}

/** A verb with its object ("Sign protocol v2"). Type is `button` unless said otherwise. */
export function Button({
  variant,
  size,
  pending = false,
  icon,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      aria-busy={pending || undefined}
      // Not `disabled`: that would take the focus from who has just pressed it.
      aria-disabled={pending || undefined}
      data-acts={variant === 'primary' || variant === 'danger' ? '' : undefined}
      className={cn(buttonStyle({ variant, size }), className)}
      {...rest}
      onClick={pending ? ignore : onClick}
    >
      {pending ? <LoaderCircle aria-hidden className="animate-spin" /> : icon}
      {children}
    </button>
  );
}
