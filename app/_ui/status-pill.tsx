import { Circle, CircleAlert, CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from './badge.tsx';
import { statusTone, statusWords } from './status-tone.ts';
import type { Tone } from './tone.ts';

const icons: Record<Tone, typeof Circle> = {
  good: CircleCheck,
  information: CircleDashed,
  attention: CircleAlert,
  critical: CircleX,
  neutral: Circle,
};

export type StatusPillProps = {
  /** A state word of the story, such as `in_adjudication`. */
  state: string;
  /** Other words for it, when the bare state would not be understood here. */
  children?: ReactNode;
  tone?: Tone | undefined;
};

/** A state as tone, icon and word, the same everywhere. */
export function StatusPill({ state, children, tone = statusTone(state) }: StatusPillProps) {
  const Icon = icons[tone];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden strokeWidth={2.25} />}>
      {children ?? statusWords(state)}
    </Badge>
  );
}
