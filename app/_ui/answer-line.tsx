import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { type Tone, toneText } from './tone.ts';

export type AnswerLineProps = {
  /** The sentence, made from data. Put the figures that matter into `<strong>`. */
  children: ReactNode;
  /** Tone of a short word before the sentence, such as "On track". */
  tone?: Tone | undefined;
  lead?: string | undefined;
  /** Since when it holds; say so when it may be stale. */
  asOf?: ReactNode;
  className?: string | undefined;
};

/** The page's answer in one sentence, above everything else. */
export function AnswerLine({ children, tone = 'neutral', lead, asOf, className }: AnswerLineProps) {
  return (
    <div className={cn('prose-width', className)}>
      <p className="text-pretty text-ink-2 text-lg [&_strong]:font-semibold [&_strong]:text-ink">
        {lead ? <span className={cn('mr-1.5 font-semibold', toneText[tone])}>{lead}.</span> : null}
        {children}
      </p>
      {asOf ? <p className="mt-1 text-ink-3 text-xs">As of {asOf}</p> : null}
    </div>
  );
}
