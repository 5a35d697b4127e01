'use client';

import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { forecastOverlap } from '#server/projects/forecast-overlap.ts';
import { type OverlapRule, overlapRule } from '#server/projects/tier-schemas.ts';
import { type TierValues, toOverlapRule } from './tier-values.ts';

export const MODE_WORDS: Record<OverlapRule['mode'], string> = {
  fixed: 'The same for every case',
  share: 'For a share of cases; one read for the rest',
  adaptive: 'One more while the answer is unsure',
  on_disagreement: 'One more while readers disagree',
};

type OverlapPartProps = {
  values: Pick<
    TierValues,
    'overlapMode' | 'coverage' | 'maxOverlap' | 'minConfidence' | 'agreementThreshold' | 'maxAdditional'
  >;
  overlap: number;
  /** Options of the field most likely to be disputed. */
  levels: number;
  cases: number;
  /** How often a reader gives the usual answer, from the project's own reads; left out for what is typical. */
  accuracy?: number | undefined;
  isReference: boolean;
  /** Prefix of the fields' names in the form, with its dot. */
  prefix: string;
  error: (name: string) => string | undefined;
  onChange: (part: Partial<TierValues>) => void;
  /** What the forecast's reads cost, when the price is known. */
  cost?: (reads: number) => string;
};

/** How many reads a case gets beyond the plain overlap, with what that is expected to buy. */
export function OverlapPart(props: OverlapPartProps) {
  const { values, isReference, prefix, error, onChange } = props;
  const text = (key: keyof typeof values, label: string, name: string, hint: string, suffix?: string) => (
    <Field label={label} name={`${prefix}${name}`} hint={hint} error={error(name)}>
      <Input
        inputMode="decimal"
        suffix={suffix}
        value={values[key]}
        onChange={(event) => onChange({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">How the reads are spread</legend>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field
          label="Overlap"
          className="sm:col-span-3 sm:max-w-[420px]"
          name={`${prefix}overlapRule`}
          {...(isReference ? { hint: 'A test reference reads every case alike' } : {})}
          error={error('overlapRule')}
        >
          <NativeSelect
            value={values.overlapMode}
            onChange={(event) => onChange({ overlapMode: event.target.value as OverlapRule['mode'] })}
          >
            {Object.entries(MODE_WORDS).map(([mode, words]) => (
              <option key={mode} value={mode}>
                {words}
              </option>
            ))}
          </NativeSelect>
        </Field>
        {values.overlapMode === 'share'
          ? text(
              'coverage',
              'Cases with full overlap',
              'overlapRule.overlapCoveragePercent',
              'Spread evenly',
              '%',
            )
          : null}
        {values.overlapMode === 'adaptive' ? (
          <>
            {text('maxOverlap', 'Reads at most', 'overlapRule.maxOverlap', 'What is reserved for')}
            {text('minConfidence', 'Until sure by', 'overlapRule.minConfidence', '0.5 to 1; 0.95 is usual')}
          </>
        ) : null}
        {values.overlapMode === 'on_disagreement' ? (
          <>
            {text(
              'agreementThreshold',
              'While agreement is below',
              'overlapRule.agreementThreshold',
              'Share of agreeing pairs, 0 to 1',
            )}
            {text(
              'maxAdditional',
              'More reads at most',
              'overlapRule.maxAdditionalAnnotators',
              'One at a time',
            )}
          </>
        ) : null}
      </div>
      <Forecast {...props} />
    </fieldset>
  );
}

function Forecast({ values, overlap, levels, cases, accuracy, isReference, cost }: OverlapPartProps) {
  const parsed = overlapRule.safeParse(isReference ? { mode: 'fixed' } : toOverlapRule(values as TierValues));
  if (!parsed.success || !Number.isInteger(overlap) || overlap < 1 || overlap > 100) return null;
  const found = forecastOverlap({ rule: parsed.data, overlap, levels, cases, accuracy });
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return (
    <p role="status" className="prose-width text-ink-2 text-sm">
      Expect <strong className="text-ink">{found.readsPerCase.toFixed(2)} reads per case</strong>
      {cost ? (
        <>
          {' '}
          (<strong className="text-ink">{cost(found.reads)}</strong> for {cases.toLocaleString('en')} cases;
          at most {cost(found.mostReads)})
        </>
      ) : null}{' '}
      and <strong className="text-ink">{percent(found.accuracy)}</strong> of final labels right
      {found.undecided > 0.0005 ? `, ${percent(found.undecided)} undecided` : ''}
      {found.atMost.readsPerCase > found.readsPerCase + 0.005
        ? `; ${found.atMost.readsPerCase.toFixed(0)} reads for every case would give ${percent(found.atMost.accuracy)}`
        : ''}
      , for a field of {levels} answers. <span className="text-ink-3">{found.assumption}</span>
    </p>
  );
}
