import { Circle, CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideProps } from 'lucide-react';
import type { Tone } from './tone.ts';

const icons: Record<Tone, typeof Circle> = {
  good: CircleCheck,
  information: CircleDashed,
  attention: CircleAlert,
  critical: CircleX,
  neutral: Circle,
};

/** The sign of a tone, so that colour is never the only one. The words stand beside it. */
export function ToneIcon({ tone, ...rest }: LucideProps & { tone: Tone }) {
  const Icon = icons[tone];
  return <Icon aria-hidden {...rest} />;
}
