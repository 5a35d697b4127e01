'use client';

import { Field } from '#app/_ui/field.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { NumberField, ShortestRead } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import type { BatchValues, GoldMode, Method } from './batch-values.ts';

export type ReadingFieldsProps = {
  values: BatchValues;
  onChange: (part: Partial<BatchValues>) => void;
  wrong: Partial<Record<string, string>>;
};

/** How the cases are read: how often, how much of it is reviewed, with which gold, and how final labels are made. */
export function ReadingFields({ values, onChange, wrong }: ReadingFieldsProps) {
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">How they are read</legend>
      <div className="grid items-end gap-4 sm:grid-cols-2">
        <NumberField
          label="Reads per case"
          name="overlap"
          suffix="reads"
          error={wrong.overlap}
          value={values.overlap}
          onChange={(overlap) => onChange({ overlap })}
        />
        <NumberField
          label="Reviewed share"
          name="reviewShareBasisPoints"
          hint="Chosen by chance; a reviewer sees the reads without names."
          suffix="%"
          isDecimal
          error={wrong.reviewShareBasisPoints}
          value={values.reviewShare}
          onChange={(reviewShare) => onChange({ reviewShare })}
        />
        <ShortestRead
          name="claimRules.leastReadSeconds"
          error={wrong['claimRules.leastReadSeconds']}
          value={values.leastReadSeconds}
          onChange={(leastReadSeconds) => onChange({ leastReadSeconds })}
        />
      </div>
      <GoldFields values={values} onChange={onChange} wrong={wrong} />
      <Field label="How final labels are made" name="consensusMethod">
        <RadioCards
          columns={2}
          value={values.consensusMethod}
          onValueChange={(method) => onChange({ consensusMethod: method as Method })}
          options={[
            {
              value: 'majority',
              label: 'Majority',
              hint: 'Settled as soon as a case has its reads; ties go to the panel.',
            },
            {
              value: 'dawid_skene',
              label: 'Dawid–Skene',
              hint: 'Weighs readers by their errors; waits until the reading is over.',
            },
            {
              value: 'auto',
              label: 'Best on gold',
              hint: 'Takes what is most often right on gold, and says why; waits until the reading is over.',
            },
          ]}
        />
      </Field>
    </fieldset>
  );
}

function GoldFields({ values, onChange, wrong }: ReadingFieldsProps) {
  return (
    <>
      <Field label="Gold" name="goldMode">
        <RadioCards
          columns={3}
          value={values.goldMode}
          onValueChange={(goldMode) => onChange({ goldMode: goldMode as GoldMode })}
          options={[
            { value: 'dealt', label: 'Dealt in', hint: 'Hidden gold at a share of the reads.' },
            { value: 'embedded', label: 'Among the cases', hint: 'Gold cases at full overlap.' },
            { value: 'none', label: 'None', hint: 'Accuracy stays unknown.' },
          ]}
        />
      </Field>
      {values.goldMode === 'dealt' ? (
        <NumberField
          label="Share of gold"
          name="goldShareBasisPoints"
          suffix="%"
          isDecimal
          className="sm:max-w-40"
          error={wrong.goldShareBasisPoints}
          value={values.goldShare}
          onChange={(goldShare) => onChange({ goldShare })}
        />
      ) : null}
    </>
  );
}
