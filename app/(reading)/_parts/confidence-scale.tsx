'use client';

import { cn } from '#app/_ui/cn.ts';

const LEVELS = ['guess', 'unsure', 'fairly sure', 'sure', 'certain'] as const;

/** How sure the reader is, 1 to 5; may be left out, and says what follows where that counts as low. */
export function ConfidenceScale({
  value,
  isUnsaidLow,
  onChange,
}: {
  value: number | null;
  /** Whether leaving it out counts as unsure in this batch. */
  isUnsaidLow: boolean;
  onChange: (value: number | null) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of toggles, as in the fields above
    <div role="group" aria-label="How sure are you?" className="flex flex-col gap-1 pl-3.5">
      <span className="flex items-baseline justify-between gap-2 text-sm">
        <span className="font-medium text-ink-2">
          How sure <span className="font-normal text-ink-3">{value === null ? '' : LEVELS[value - 1]}</span>
        </span>
        <span className="text-ink-3 text-xs">Shift + 1–5</span>
      </span>
      <div className="grid grid-cols-5 gap-1">
        {LEVELS.map((word, index) => (
          <button
            key={word}
            type="button"
            data-choice
            aria-pressed={value === index + 1}
            aria-label={`${index + 1}, ${word}`}
            title={word}
            onClick={() => onChange(value === index + 1 ? null : index + 1)}
            className={cn(
              'h-7 rounded-md border text-sm',
              value === index + 1
                ? 'border-accent-ink bg-selected font-medium text-ink'
                : 'border-line-strong text-ink-2 hover:bg-hover',
            )}
          >
            {index + 1}
          </button>
        ))}
      </div>
      {isUnsaidLow && value === null ? (
        <p className="text-ink-3 text-xs">Left out, it counts as unsure in this batch.</p>
      ) : null}
    </div>
  );
}
