'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { normalisePricing, type Work } from '#server/bids/pricing.ts';
import { kindsOf, type MilestoneRow, type PriceValues, readPrice } from './price-values.ts';

type PriceFieldsProps = {
  values: PriceValues;
  work: Work;
  errors: Partial<Record<string, string>>;
  onChange: (values: PriceValues) => void;
};

/** How the work is priced, and what that comes to; whatever the model, each read is paid a fixed price (R4). */
export function PriceFields({ values, work, errors, onChange }: PriceFieldsProps) {
  const set = (part: Partial<PriceValues>) => onChange({ ...values, ...part });
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-1 font-medium text-sm">Price</legend>
      <RadioCards
        columns={3}
        value={values.model}
        onValueChange={(model) => set({ model: model as PriceValues['model'] })}
        options={[
          { value: 'per_label', label: 'Per read', hint: 'A fixed price for each read.' },
          { value: 'hourly', label: 'Per hour, capped', hint: 'An hourly rate at a pace you promise.' },
          { value: 'milestone', label: 'By milestone', hint: 'Fixed sums for parts of the cases.' },
        ]}
      />
      {values.model === 'per_label' ? (
        <Rates values={values} work={work} errors={errors} set={set} />
      ) : values.model === 'hourly' ? (
        <Hourly values={values} work={work} errors={errors} set={set} />
      ) : (
        <Milestones rows={values.milestones} work={work} errors={errors} set={set} />
      )}
      <WhatItComesTo values={values} work={work} />
      {errors.pricing ? <p className="text-critical-ink text-sm">{errors.pricing}</p> : null}
    </fieldset>
  );
}

type PartProps = {
  values: PriceValues;
  work: Work;
  errors: Partial<Record<string, string>>;
  set: (part: Partial<PriceValues>) => void;
};

function Rates({ values, work, errors, set }: PartProps) {
  const kinds = kindsOf(work.taskTypes);
  const review = `pricing.rates.${kinds.length}`;
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {kinds.map(({ key, label }, index) => (
        <Field
          key={key}
          label={key === 'all' ? 'Price per read' : `Price per read, ${label}`}
          name={`pricing.rates.${index}`}
          error={errors[`pricing.rates.${index}`]}
        >
          <Input
            inputMode="decimal"
            suffix={work.currency}
            value={values.rates[key] ?? ''}
            onChange={(event) => set({ rates: { ...values.rates, [key]: event.target.value } })}
          />
        </Field>
      ))}
      {work.reviewShareBasisPoints === 0 ? null : (
        <Field
          label="Price per review"
          name={review}
          hint="As a read when empty."
          optional
          error={errors[review]}
        >
          <Input
            inputMode="decimal"
            suffix={work.currency}
            value={values.review}
            onChange={(event) => set({ review: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}

function Hourly({ values, work, errors, set }: PartProps) {
  const field = (
    key: 'ratePerHour' | 'readsPerHour' | 'cap',
    name: string,
    label: string,
    suffix: string,
  ) => (
    <Field label={label} name={name} error={errors[name]}>
      <Input
        inputMode="decimal"
        suffix={suffix}
        value={values[key]}
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {field('ratePerHour', 'pricing.ratePerHourMinor', 'Price per hour', work.currency)}
      {field('readsPerHour', 'pricing.readsPerHour', 'Reads per hour', 'reads')}
      {field('cap', 'pricing.capMinor', 'Cap for the whole work', work.currency)}
    </div>
  );
}

function Milestones({
  rows,
  work,
  errors,
  set,
}: Omit<PartProps, 'values'> & { rows: readonly MilestoneRow[] }) {
  const change = (id: number, part: Partial<MilestoneRow>) =>
    set({ milestones: rows.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  return (
    <div id="field-pricing.milestones" tabIndex={-1} className="flex flex-col gap-4">
      {errors['pricing.milestones'] ? (
        <p className="text-critical-ink text-sm">{errors['pricing.milestones']}</p>
      ) : null}
      {rows.map((row, index) => {
        const name = (key: string) => `pricing.milestones.${index}.${key}`;
        return (
          <fieldset
            key={row.id}
            className="grid grid-cols-2 gap-3 border-line border-b pb-4 sm:grid-cols-[2fr_1fr_1.2fr_1.4fr_auto]"
          >
            <legend className="sr-only">Milestone {index + 1}</legend>
            <Field
              className="col-span-2 sm:col-span-1"
              label="Milestone"
              name={name('title')}
              error={errors[name('title')]}
            >
              <Input value={row.title} onChange={(event) => change(row.id, { title: event.target.value })} />
            </Field>
            <Field
              label="Of the cases"
              name={name('shareBasisPoints')}
              error={errors[name('shareBasisPoints')]}
            >
              <Input
                inputMode="decimal"
                suffix="%"
                value={row.share}
                onChange={(event) => change(row.id, { share: event.target.value })}
              />
            </Field>
            <Field label="Due" name={name('dueOn')} error={errors[name('dueOn')]}>
              <Input
                type="date"
                value={row.dueOn}
                onChange={(event) => change(row.id, { dueOn: event.target.value })}
              />
            </Field>
            <Field label="Price" name={name('amountMinor')} error={errors[name('amountMinor')]}>
              <Input
                inputMode="decimal"
                suffix={work.currency}
                value={row.amount}
                onChange={(event) => change(row.id, { amount: event.target.value })}
              />
            </Field>
            {rows.length === 1 ? null : (
              <Button
                className="mt-6"
                variant="quiet"
                size="icon"
                aria-label={`Remove ${row.title || `milestone ${index + 1}`}`}
                icon={<X aria-hidden />}
                onClick={() => set({ milestones: rows.filter((other) => other.id !== row.id) })}
              />
            )}
          </fieldset>
        );
      })}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => {
            const id = Math.max(...rows.map((row) => row.id)) + 1;
            set({ milestones: [...rows, { id, title: '', share: '', dueOn: '', amount: '' }] });
          }}
        >
          Add a milestone
        </Button>
      </div>
    </div>
  );
}

/** The price in the terms in which the sponsor compares it, while it is typed. */
function WhatItComesTo({ values, work }: { values: PriceValues; work: Work }) {
  const price = readPrice(values, work, () => undefined);
  if (price === null || work.cases === 0) return null;
  const of = normalisePricing(price, work);
  const words = (amountMinor: bigint) => formatMoney({ amountMinor, currency: work.currency }).full;
  const count = (n: number) => n.toLocaleString('en');
  return (
    <p className="prose-width text-ink-2 text-sm" aria-live="polite">
      Each read is paid <strong>{words(of.pricePerReadMinor)}</strong>
      {of.pricePerReviewMinor === of.pricePerReadMinor || of.reviews === 0
        ? ''
        : `, each review ${words(of.pricePerReviewMinor)}`}
      ; the whole work of {count(of.reads)} reads
      {of.reviews === 0 ? '' : ` and ${count(of.reviews)} reviews`} comes to{' '}
      <strong>{words(of.wholeMinor)}</strong>.
    </p>
  );
}
