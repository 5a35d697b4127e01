'use client';

import { Field } from '#app/_ui/field.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { KEPT_APART_KINDS } from '#server/work/schemas.ts';
import type { ApartChoices, EarlierBatch } from './batch-line.ts';
import type { BatchValues } from './batch-values.ts';
import { ChooseBatches } from './choose-batches.tsx';
import { PeopleElsewhere } from './people-elsewhere.tsx';

export type KeepApartProps = {
  projectId: string;
  values: BatchValues;
  onChange: (part: Partial<BatchValues>) => void;
  /** Those that were opened, so that somebody can have met a case in them. */
  batches: readonly EarlierBatch[];
  apart: ApartChoices;
};

/** Kinds whose people can be kept apart: exams, trainings and calibrations are for those who read elsewhere. */
const READ_APART: readonly EarlierBatch['kind'][] = KEPT_APART_KINDS;

/** Whose earlier readers may not meet the same cases here, and whose people may not work here at all. */
export function KeepApart({ projectId, values, onChange, batches, apart }: KeepApartProps) {
  const people = (
    <OtherPeople
      projectId={projectId}
      {...apart}
      chosen={values.apartFromBatchIds}
      onChange={(apartFromBatchIds) => onChange({ apartFromBatchIds })}
    />
  );
  if (batches.length === 0) return people;
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
        <ChooseBatches
          batches={batches}
          chosen={values.excludedBatchIds}
          onChange={(excludedBatchIds) => onChange({ excludedBatchIds })}
        />
      ) : null}
      {people}
    </fieldset>
  );
}

type OtherPeopleProps = ApartChoices & {
  projectId: string;
  /** Batches that are not offered, as they say it themselves. */
  without?: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
};

/** Batches of which nobody may work here, nor anybody from here in them: a reference standard and its reader study (R23). */
export function OtherPeople({ projectId, here, elsewhere, without = [], ...choice }: OtherPeopleProps) {
  const offered = here.filter((one) => READ_APART.includes(one.kind) && !without.includes(one.id));
  const isElsewhere = elsewhere.batches.length + elsewhere.named.length > 0;
  if (offered.length === 0 && !isElsewhere) return null;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">The people here must be others than in</legend>
      <p className="prose-width text-ink-3 text-sm">
        On other cases too, at every tier, and either way round: such as a reference standard and the study
        whose readers it judges. None chosen means anybody. It can be changed until the batch is opened.
      </p>
      <ChooseBatches batches={offered} {...choice} />
      {isElsewhere ? (
        <PeopleElsewhere projectId={projectId} first={elsewhere} without={without} {...choice} />
      ) : null}
    </fieldset>
  );
}
