import { Check } from 'lucide-react';
import { cn } from './cn.ts';

export type StepperProps = {
  steps: readonly { label: string; href?: string | undefined }[];
  /** Zero-based place of the present step. */
  current: number;
  label?: string | undefined;
};

/** Where one stands in a short fixed sequence, such as shortlist → pilot → verdict → award. */
export function Stepper({ steps, current, label = 'Steps' }: StepperProps) {
  return (
    <ol aria-label={label} className="flex flex-wrap items-center gap-y-2">
      {steps.map((step, index) => {
        const done = index < current;
        const now = index === current;
        const body = (
          <>
            <span
              aria-hidden
              className={cn(
                'flex size-5 items-center justify-center rounded-full border text-xs',
                done && 'border-accent bg-accent text-on-accent',
                now && 'border-accent font-semibold text-accent-ink',
                !done && !now && 'border-control text-ink-3',
              )}
            >
              {done ? <Check strokeWidth={3} className="size-3" /> : index + 1}
            </span>
            <span className={cn('text-sm', now ? 'font-medium text-ink' : 'text-ink-2')}>
              {step.label}
              <span className="sr-only">{done ? ' (done)' : now ? ' (now)' : ''}</span>
            </span>
          </>
        );
        return (
          <li
            key={step.label}
            aria-current={now ? 'step' : undefined}
            className="flex items-center gap-2 not-last:after:mx-2 not-last:after:h-px not-last:after:w-6 not-last:after:bg-line-strong"
          >
            {step.href === undefined ? (
              <span className="flex items-center gap-2">{body}</span>
            ) : (
              <a href={step.href} className="flex items-center gap-2 rounded-sm hover:underline">
                {body}
              </a>
            )}
          </li>
        );
      })}
    </ol>
  );
}
