import { Badge } from '#app/_ui/badge.tsx';
import { cn } from '#app/_ui/cn.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Money } from '#app/_ui/money.tsx';
import type { Mode, ModeView } from '#server/strategy/schemas.ts';
import { RemarkList } from './option-cards.tsx';
import { MODE_WORDS } from './strategy-words.ts';

type ModePartProps = {
  modes: readonly ModeView[];
  recommended: Mode | null;
  chosen: Mode;
  currency: string;
  onChoose: (mode: Mode) => void;
};

/** Who reads: people, a model with people, a model alone; each with its cost and date at its best. */
export function ModePart({ modes, recommended, chosen, currency, onChoose }: ModePartProps) {
  return (
    <fieldset className="grid gap-3 lg:grid-cols-3">
      <legend className="sr-only">Who reads</legend>
      {modes.map((one) => (
        <label
          key={one.mode}
          className={cn(
            'flex min-w-0 cursor-pointer flex-col gap-3 rounded-lg border p-4 has-focus-visible:outline-2 has-focus-visible:outline-focus',
            chosen === one.mode
              ? 'border-accent bg-selected'
              : 'border-line-strong bg-surface hover:border-control',
          )}
        >
          <span className="flex flex-wrap items-start justify-between gap-2">
            <span className="flex items-center gap-2">
              <input
                type="radio"
                name="mode"
                className="accent-accent"
                checked={chosen === one.mode}
                onChange={() => onChoose(one.mode)}
              />
              <span className="font-semibold">{MODE_WORDS[one.mode].label}</span>
            </span>
            {one.isBlocked ? (
              <Badge tone="critical">Cannot be chosen</Badge>
            ) : recommended === one.mode ? (
              <Badge tone="good">Recommended</Badge>
            ) : null}
          </span>
          <span className="text-ink-3 text-sm">{MODE_WORDS[one.mode].hint}</span>
          <span className="text-sm">
            {one.cost === null ? (
              'Cost not known yet'
            ) : (
              <>
                About <Money amountMinor={one.cost.mid} currency={currency} />
              </>
            )}
            {one.finishOn === null ? (
              ', date not known yet'
            ) : (
              <>
                {' '}
                by <DateTime at={`${one.finishOn}T00:00:00Z`} format="day" zone="UTC" />
              </>
            )}
          </span>
          <RemarkList remarks={one.remarks} />
        </label>
      ))}
    </fieldset>
  );
}
