import { CircleCheck, CircleMinus, CircleX } from 'lucide-react';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Money } from '#app/_ui/money.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { MoneyRange, Option, Quality, Remark, Source } from '#server/strategy/schemas.ts';
import { SOURCE_WORDS } from './strategy-words.ts';

type OptionCardsProps = {
  options: readonly Option[];
  recommended: Source | null;
  chosen: Source | null;
  currency: string;
  onChoose: ((source: Source) => void) | null;
};

/** Build, buy and hybrid side by side: cost, date, quality, and what stands against each. */
export function OptionCards({ options, recommended, chosen, currency, onChoose }: OptionCardsProps) {
  return (
    <ul className="grid gap-4 lg:grid-cols-3">
      {options.map((one) => (
        <li
          key={one.source}
          className={cn(
            'flex min-w-0 flex-col gap-4 rounded-lg border p-4',
            chosen === one.source ? 'border-accent bg-selected' : 'border-line bg-surface',
          )}
        >
          <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
            <div>
              <h3 className="font-semibold text-lg">{SOURCE_WORDS[one.source].label}</h3>
              <p className="text-ink-3 text-sm">{SOURCE_WORDS[one.source].hint}</p>
            </div>
            {one.isBlocked ? (
              <Badge tone="critical">Cannot be chosen</Badge>
            ) : recommended === one.source ? (
              <Badge tone="good">Recommended</Badge>
            ) : null}
          </div>
          <dl className="flex flex-col gap-3">
            <CostLine option={one} currency={currency} />
            <DateLine option={one} />
            <ShareLine option={one} />
            <QualityLine option={one} />
          </dl>
          <RemarkList remarks={one.remarks} />
          {onChoose === null ? null : (
            <Button
              className="mt-auto"
              disabled={one.isBlocked}
              aria-pressed={chosen === one.source}
              onClick={() => onChoose(one.source)}
            >
              {chosen === one.source ? 'Chosen' : `Choose ${SOURCE_WORDS[one.source].label.toLowerCase()}`}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** About how much, with its range where there is one. */
export function CostRange({ cost, currency }: { cost: MoneyRange; currency: string }) {
  return (
    <>
      <Money className="font-semibold text-lg" amountMinor={cost.mid} currency={currency} />
      {cost.low === cost.high ? null : (
        <span className="block text-ink-3 text-sm">
          <Money amountMinor={cost.low} currency={currency} codeHidden />–
          <Money amountMinor={cost.high} currency={currency} codeHidden />
        </span>
      )}
    </>
  );
}

function CostLine({ option, currency }: { option: Option; currency: string }) {
  return (
    <div>
      <dt className="text-ink-3 text-sm">Cost, about</dt>
      <dd>
        {option.cost === null ? (
          <span className="text-ink-2 text-sm">{option.costReason}</span>
        ) : (
          <>
            <CostRange cost={option.cost} currency={currency} />
            {option.isInBudget ? null : <span className="text-attention-ink text-sm">Over the budget</span>}
          </>
        )}
      </dd>
    </div>
  );
}

function DateLine({ option }: { option: Option }) {
  return (
    <div>
      <dt className="text-ink-3 text-sm">Done by</dt>
      <dd>
        {option.finishOn === null ? (
          <span className="text-ink-2 text-sm">{option.dateReason}</span>
        ) : (
          <>
            <strong className="font-semibold text-lg">
              <DateTime at={`${option.finishOn}T00:00:00Z`} format="day" zone="UTC" />
            </strong>
            {option.isInTime ? null : <span className="ml-2 text-attention-ink text-sm">Late</span>}
          </>
        )}
      </dd>
    </div>
  );
}

function ShareLine({ option }: { option: Option }) {
  const { own, bought } = option;
  return (
    <div>
      <dt className="text-ink-3 text-sm">Who reads</dt>
      <dd className="text-sm">
        {own === 0
          ? `${counted(bought, 'read')} bought`
          : bought === 0
            ? `${counted(own, 'read')} by your staff`
            : `${counted(own, 'read')} by your staff (${Math.round(option.ownShareBasisPoints / 100)} %), ${bought.toLocaleString('en')} bought`}
      </dd>
    </div>
  );
}

function QualityLine({ option }: { option: Option }) {
  return (
    <div>
      <dt className="text-ink-3 text-sm">Quality to expect</dt>
      <dd className="flex flex-col gap-2 text-sm">
        {option.quality.length === 0
          ? option.qualityReason
          : option.quality.map((one) => <QualityMeasure key={one.says} quality={one} />)}
      </dd>
    </div>
  );
}

/** Accuracy or agreement with its interval and what it was counted on. */
export function QualityMeasure({ quality }: { quality: Quality }) {
  if (quality.measure === 'krippendorff_alpha')
    return (
      <span>
        Agreement{' '}
        <strong>
          α {quality.lower.toFixed(2)}–{quality.upper.toFixed(2)}
        </strong>{' '}
        · n {quality.n} {quality.nUnit}
        <span className="block text-ink-3">{quality.says}</span>
      </span>
    );
  return (
    <span>
      <Measure
        label="Accuracy"
        size="inline"
        value={quality.value}
        format="percent"
        interval={[quality.lower, quality.upper]}
        intervalNote="Wilson’s 95 % interval"
        n={quality.n}
        nUnit={quality.nUnit}
      />
      <span className="block text-ink-3">{quality.says}</span>
    </span>
  );
}

const SIGNS = {
  blocks: { Icon: CircleX, className: 'text-critical-ink', word: 'Stands in the way' },
  against: { Icon: CircleMinus, className: 'text-attention-ink', word: 'Against' },
  for: { Icon: CircleCheck, className: 'text-good-ink', word: 'For' },
} as const;

/** What blocks, what speaks against and what for, in this order, each with the rule or source it rests on. */
export function RemarkList({ remarks }: { remarks: readonly Remark[] }) {
  const order = ['blocks', 'against', 'for'] as const;
  return (
    <ul className="flex flex-col gap-2 text-sm empty:hidden">
      {order.flatMap((weight) =>
        remarks
          .filter((one) => one.weight === weight)
          .map((one) => {
            const { Icon, className, word } = SIGNS[weight];
            return (
              <li key={one.code} className="flex gap-2">
                <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', className)} />
                <span className="min-w-0">
                  <span className="sr-only">{word}: </span>
                  {one.message} <span className="text-ink-3">({one.source})</span>
                </span>
              </li>
            );
          }),
      )}
    </ul>
  );
}
