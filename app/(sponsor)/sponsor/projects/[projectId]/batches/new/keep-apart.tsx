'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import type { BatchValues } from './batch-values.ts';
import type { EarlierBatch } from './choose-earlier-work.tsx';

export type KeepApartProps = {
  values: BatchValues;
  onChange: (part: Partial<BatchValues>) => void;
  batches: readonly EarlierBatch[];
};

/** Whose earlier readers may not meet the same cases here. */
export function KeepApart({ values, onChange, batches }: KeepApartProps) {
  if (batches.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">Who has read them before</legend>
      <Field label="Earlier readers" name="excludePriorReaders" labelHidden>
        <RadioCards
          columns={3}
          value={values.excludePriorReaders}
          onValueChange={(one) =>
            onChange({ excludePriorReaders: one as BatchValues['excludePriorReaders'] })
          }
          options={[
            { value: 'none', label: 'May read again', hint: 'Somebody can meet a case twice.' },
            { value: 'siblings', label: 'Other people', hint: 'Not who met the case in any batch here.' },
            { value: 'listed', label: 'Not of some batches', hint: 'Choose the batches.' },
          ]}
        />
      </Field>
      {values.excludePriorReaders === 'listed' ? (
        <div className="flex flex-col gap-1.5">
          {batches.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={name}
              checked={values.excludedBatchIds.includes(id)}
              onCheckedChange={(isOn) =>
                onChange({
                  excludedBatchIds:
                    isOn === true
                      ? [...values.excludedBatchIds, id]
                      : values.excludedBatchIds.filter((one) => one !== id),
                })
              }
            />
          ))}
        </div>
      ) : null}
    </fieldset>
  );
}
