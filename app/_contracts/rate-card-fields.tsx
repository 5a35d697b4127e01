'use client';

import { Plus, Trash2 } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { TermValues } from './term-values.ts';

export type TermFieldsProps = {
  values: TermValues;
  set: (over: Partial<TermValues>) => void;
  errors: Partial<Record<string, string>>;
};

/** Classes of complexity with their price per case; the first is that of batches several vendors share. */
export function RateCardFields({ values, set, errors, currency }: TermFieldsProps & { currency: string }) {
  const nextId = Math.max(...values.rateCard.map((tier) => tier.id)) + 1;
  const change = (at: number, over: Partial<TermValues['rateCard'][number]>) =>
    set({ rateCard: values.rateCard.map((tier, i) => (i === at ? { ...tier, ...over } : tier)) });
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-1 font-semibold text-lg">Rate card</legend>
      <p className="text-ink-3 text-sm">
        Price of one case read by one person, by class of complexity. A batch is made at one class.
      </p>
      {values.rateCard.map((tier, at) => {
        const name = (field: string) => `terms.rateCard.${at}.${field}`;
        return (
          <div
            key={tier.id}
            className="grid grid-cols-[1fr_1fr_auto] gap-x-2 gap-y-3 border-line border-t pt-3 sm:grid-cols-[9rem_1fr_9rem_auto]"
          >
            <Field label="Class" name={name('tier')} error={errors[name('tier')]}>
              <Input value={tier.tier} onChange={(event) => change(at, { tier: event.target.value })} />
            </Field>
            <div className="order-last col-span-3 sm:order-none sm:col-span-1">
              <Field label="Cases of the class" name={name('definition')} error={errors[name('definition')]}>
                <Input
                  value={tier.definition}
                  onChange={(event) => change(at, { definition: event.target.value })}
                />
              </Field>
            </div>
            <Field label="Price" name={name('pricePerReadMinor')} error={errors[name('pricePerReadMinor')]}>
              <Input
                inputMode="decimal"
                suffix={currency}
                value={tier.price}
                onChange={(event) => change(at, { price: event.target.value })}
              />
            </Field>
            <Button
              variant="quiet"
              size="icon"
              className="mt-6"
              aria-label={`Remove the class ${tier.tier || at + 1}`}
              disabled={values.rateCard.length === 1}
              icon={<Trash2 aria-hidden />}
              onClick={() => set({ rateCard: values.rateCard.filter((_, i) => i !== at) })}
            />
          </div>
        );
      })}
      <div>
        <Button
          icon={<Plus aria-hidden />}
          disabled={values.rateCard.length >= 12}
          onClick={() =>
            set({ rateCard: [...values.rateCard, { id: nextId, tier: '', definition: '', price: '' }] })
          }
        >
          Add a class
        </Button>
      </div>
      <Field
        label="Most for all reads"
        name="terms.ceilingMinor"
        hint="Before the fee, all batches together; empty for no limit"
        error={errors['terms.ceilingMinor']}
        className="max-w-[16rem]"
      >
        <Input
          inputMode="decimal"
          suffix={currency}
          value={values.ceiling}
          onChange={(event) => set({ ceiling: event.target.value })}
        />
      </Field>
    </fieldset>
  );
}
