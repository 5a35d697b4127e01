/** The four meanings plus plain; each also has an icon and a word wherever it is used. */
export type Tone = 'good' | 'attention' | 'critical' | 'information' | 'neutral';

/** Text and background of a tone, with text contrast ≥ 4.5:1. */
export const toneSoft: Record<Tone, string> = {
  good: 'bg-good-soft text-good-ink',
  attention: 'bg-attention-soft text-attention-ink',
  critical: 'bg-critical-soft text-critical-ink',
  information: 'bg-information-soft text-information-ink',
  neutral: 'bg-neutral-soft text-ink-2',
};

/** Text of a tone on the page's own background. */
export const toneText: Record<Tone, string> = {
  good: 'text-good-ink',
  attention: 'text-attention-ink',
  critical: 'text-critical-ink',
  information: 'text-information-ink',
  neutral: 'text-ink-2',
};
