import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Money as MoneyAmount } from '#server/core/money.ts';
import { cn } from './cn.ts';
import { MeasureStrip, Sparkline } from './measure-strip.tsx';
import { formatFigure, leftOutWords, type MeasureFormat, reasonWords } from './measure-words.ts';
import { Money } from './money.tsx';
import { type Tone, toneText } from './tone.ts';

export type MeasureVerdict = 'pass' | 'fail' | 'inconclusive';

export type MeasureProps = {
  /** What is measured, in words: "Krippendorff’s alpha", "Cost per correct label". */
  label: ReactNode;
  /** Null is never drawn as a number: give `reason`. */
  value: number | MoneyAmount | null;
  /** A code the server stores with a null (`no_reference`) or a sentence ("Needs 31 more gold cases…"). */
  reason?: string | null | undefined;
  /** `score` 0.82 · `percent` 0.951 → 95.1 % · `count` 1,204 · `decimal` 41.5 */
  format?: MeasureFormat | undefined;
  decimals?: number | undefined;
  /** After the value: "labels per active hour". */
  unit?: ReactNode;
  /** Low and high, in the value's own scale. */
  interval?: readonly [number, number] | null | undefined;
  /** What kind of interval: "95 % bootstrap over cases". On hover. */
  intervalNote?: string | undefined;
  n?: number | undefined;
  /** What n counts, when it is not plain: "gold cases". */
  nUnit?: string | undefined;
  /** What the figure leaves out and why, by the server's codes. Said under a block, on hover in a line. */
  excluded?: Readonly<Record<string, number>> | undefined;
  threshold?: { value: number; is?: 'at_least' | 'at_most' | undefined } | undefined;
  verdict?: MeasureVerdict | undefined;
  /** Ends of the strip; 0 to 1 for scores and shares. No strip for other formats unless given. */
  range?: readonly [number, number] | undefined;
  /** Earlier figures, oldest first. */
  trend?: readonly number[] | undefined;
  /** Said when the figure may be stale. */
  asOf?: ReactNode;
  /** `inline` in tables and sentences, `block` alone. */
  size?: 'inline' | 'block' | undefined;
  labelHidden?: boolean | undefined;
  className?: string | undefined;
};

const verdictTone: Record<MeasureVerdict, Tone> = {
  pass: 'good',
  fail: 'critical',
  inconclusive: 'attention',
};
const verdictWords: Record<MeasureVerdict, string> = {
  pass: 'Clears it',
  fail: 'Does not reach it',
  inconclusive: 'Can’t be told yet',
};
const verdictIcon = { pass: CircleCheck, fail: CircleX, inconclusive: CircleAlert } as const;

const unitSpace = '\u202f';

/** A number with what makes it worth reading: unit, interval, n, threshold, trend. A null is said in words. */
export function Measure(props: MeasureProps) {
  return props.size === 'inline' ? <InlineMeasure {...props} /> : <BlockMeasure {...props} />;
}

function Figure({ value, format = 'score', decimals, unit, size }: MeasureProps) {
  if (value === null) return null;
  const unitWords = unit ? (
    <span className={cn('ml-1 font-normal text-ink-3', size === 'inline' ? '' : 'text-sm')}>{unit}</span>
  ) : null;
  if (typeof value === 'object') {
    return (
      <span className="whitespace-nowrap font-semibold">
        <Money {...value} />
        {unitWords}
      </span>
    );
  }
  return (
    <span className="whitespace-nowrap font-semibold">
      {formatFigure(value, format, decimals)}
      {format === 'percent' ? `${unitSpace}%` : null}
      {unitWords}
    </span>
  );
}

function Surroundings({
  interval,
  intervalNote,
  format = 'score',
  decimals,
  n,
  nUnit,
  excluded,
  size,
}: MeasureProps) {
  const left = leftOutWords(excluded);
  return (
    <>
      {interval ? (
        <span className="whitespace-nowrap text-ink-2" title={intervalNote}>
          <span className="sr-only">interval </span>[{formatFigure(interval[0], format, decimals)},{' '}
          {formatFigure(interval[1], format, decimals)}]
        </span>
      ) : null}
      {n === undefined ? null : (
        <span
          className="whitespace-nowrap text-ink-3"
          title={size === 'inline' && left !== undefined ? `Left out: ${left}` : undefined}
        >
          {interval ? '· ' : ''}n {formatFigure(n, 'count')}
          {nUnit ? ` ${nUnit}` : ''}
        </span>
      )}
    </>
  );
}

function Strip({ value, interval, threshold, range, format = 'score', verdict, trend, size }: MeasureProps) {
  const ends = range ?? (format === 'score' || format === 'percent' ? ([0, 1] as const) : undefined);
  const drawn = typeof value === 'number' && ends !== undefined && (interval || threshold);
  return (
    <>
      {drawn ? (
        <MeasureStrip
          value={value}
          interval={interval}
          threshold={threshold?.value}
          range={ends}
          width={size === 'inline' ? 96 : 160}
          tone={verdict === undefined ? 'neutral' : verdictTone[verdict]}
        />
      ) : null}
      {trend === undefined ? null : <Sparkline figures={trend} />}
    </>
  );
}

function Threshold({ threshold, format = 'score', decimals, verdict }: MeasureProps) {
  if (threshold === undefined && verdict === undefined) return null;
  const Icon = verdict === undefined ? null : verdictIcon[verdict];
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap text-xs">
      {Icon && verdict ? (
        <span className={cn('inline-flex items-center gap-1 font-medium', toneText[verdictTone[verdict]])}>
          <Icon aria-hidden className="size-3.5" />
          {verdictWords[verdict]}
        </span>
      ) : null}
      {threshold === undefined ? null : (
        <span className="text-ink-3">
          {verdict === undefined ? '' : '· '}
          {threshold.is === 'at_most' ? '≤' : '≥'} {formatFigure(threshold.value, format, decimals)}
          {format === 'percent' ? `${unitSpace}%` : ''} asked
        </span>
      )}
    </span>
  );
}

function BlockMeasure(props: MeasureProps) {
  return (
    <div className={cn('flex min-w-0 flex-col', props.className)}>
      <div className={cn('text-ink-2 text-xs', props.labelHidden && 'sr-only')}>{props.label}</div>
      {props.value === null ? (
        <p className="prose-width min-h-7 py-1 text-ink-2 text-sm">{reasonWords(props.reason)}</p>
      ) : (
        <>
          <div className="text-xl">
            <Figure {...props} />
          </div>
          <div className="flex flex-wrap gap-x-1.5 text-sm">
            <Surroundings {...props} />
          </div>
        </>
      )}
      {props.value === null ? (
        <NullFooter {...props} />
      ) : (
        <div className="flex flex-col gap-0.5">
          <Strip {...props} />
          <Threshold {...props} />
        </div>
      )}
      <LeftOut excluded={props.excluded} />
      {props.asOf ? <div className="text-ink-3 text-xs">As of {props.asOf}</div> : null}
    </div>
  );
}

function LeftOut({ excluded }: Pick<MeasureProps, 'excluded'>) {
  const words = leftOutWords(excluded);
  return words === undefined ? null : <div className="text-ink-3 text-xs">Left out: {words}</div>;
}

function NullFooter(props: MeasureProps) {
  if (props.n === undefined && props.threshold === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-2 text-xs">
      {props.n === undefined ? null : <Surroundings {...props} interval={null} />}
      <Threshold {...props} />
    </div>
  );
}

function InlineMeasure(props: MeasureProps) {
  return (
    <span className={cn('inline-flex flex-wrap items-center gap-x-1.5', props.className)}>
      <span className={cn('text-ink-2', props.labelHidden && 'sr-only')}>{props.label}</span>
      {props.value === null ? (
        <span className="text-ink-3">{reasonWords(props.reason)}</span>
      ) : (
        <>
          <Figure {...props} />
          <Surroundings {...props} />
          <Strip {...props} />
          {props.verdict ? <Threshold {...props} threshold={undefined} /> : null}
        </>
      )}
    </span>
  );
}
