import type { ReactNode } from 'react';
import { Badge } from './badge.tsx';
import { statusTone, statusWords } from './status-tone.ts';
import type { Tone } from './tone.ts';
import { ToneIcon } from './tone-icon.tsx';

export type StatusPillProps = {
  /** A state word of the story, such as `in_adjudication`. */
  state: string;
  /** Other words for it, when the bare state would not be understood here. */
  children?: ReactNode;
  tone?: Tone | undefined;
};

/** A state as tone, icon and word, the same everywhere. */
export function StatusPill({ state, children, tone = statusTone(state) }: StatusPillProps) {
  return (
    <Badge tone={tone} icon={<ToneIcon tone={tone} strokeWidth={2.25} />}>
      {children ?? statusWords(state)}
    </Badge>
  );
}
