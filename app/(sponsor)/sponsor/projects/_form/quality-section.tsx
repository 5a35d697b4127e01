'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { forecastAdjudication } from '#server/projects/forecast-adjudication.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import type { SectionProps } from './basics-section.tsx';
import { BoundRows } from './bound-rows.tsx';
import { FormSection } from './form-section.tsx';
import type { PolicyValues } from './form-values.ts';
import { OverlapPart } from './overlap-part.tsx';
import { TiersPart } from './tiers-part.tsx';
import { TroublePart } from './trouble-part.tsx';

/** How good is good enough, and what is done when it is not. */
export function QualitySection({
  values,
  errors,
  set,
  presetNote,
}: SectionProps & { presetNote: React.ReactNode }) {
  const { policy } = values;
  const change = (part: Partial<PolicyValues>) => set({ policy: { ...policy, ...part } });
  const at = (name: string) => errors[`qualityPolicy.${name}`];
  const isReference = values.intendedUse === 'test_reference';
  return (
    <FormSection
      id="quality"
      title="Quality policy"
      hint={
        isReference
          ? 'A test reference needs at least 3 reads per case (or 2 with every disagreement adjudicated), no suggestions of a model, and the method fixed before the first read.'
          : 'Everything here is part of the call: bidders price it, the pilot is judged by it.'
      }
    >
      {presetNote}
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Reads per case" name="qualityPolicy.overlap" error={at('overlap')}>
          <Input
            inputMode="numeric"
            value={policy.overlap}
            onChange={(event) => change({ overlap: event.target.value })}
          />
        </Field>
        <Field label="Final label by" name="qualityPolicy.consensusMethod" error={at('consensusMethod')}>
          <NativeSelect
            value={policy.consensusMethod}
            onChange={(event) =>
              change({ consensusMethod: event.target.value as QualityPolicy['consensusMethod'] })
            }
          >
            <option value="majority">Majority</option>
            <option value="dawid_skene">Dawid–Skene (weighs readers)</option>
            <option value="auto">Best on gold (chosen when read)</option>
          </NativeSelect>
        </Field>
        <Field
          label="Reviewed by a second person"
          name="qualityPolicy.reviewShareBasisPoints"
          error={at('reviewShareBasisPoints')}
        >
          <Input
            inputMode="decimal"
            suffix="%"
            value={policy.reviewShare}
            onChange={(event) => change({ reviewShare: event.target.value })}
          />
        </Field>
        <Field label="Gold cases" name="qualityPolicy.gold.mode" hint="Readers cannot tell them apart">
          <NativeSelect
            value={policy.goldMode}
            onChange={(event) => change({ goldMode: event.target.value as PolicyValues['goldMode'] })}
          >
            <option value="none">None</option>
            <option value="dealt">Mixed in</option>
            <option value="embedded">Part of the cases</option>
          </NativeSelect>
        </Field>
        {policy.goldMode === 'dealt' ? (
          <Field
            label="Share of gold"
            name="qualityPolicy.gold.shareBasisPoints"
            hint="Of all reads"
            error={at('gold.shareBasisPoints')}
          >
            <Input
              inputMode="decimal"
              suffix="%"
              value={policy.goldShare}
              onChange={(event) => change({ goldShare: event.target.value })}
            />
          </Field>
        ) : null}
        {policy.goldMode === 'none' ? null : (
          <Field
            label="Gold answers before acting"
            name="qualityPolicy.gold.minAnswers"
            hint="Before a reader is judged"
            error={at('gold.minAnswers')}
          >
            <Input
              inputMode="numeric"
              value={policy.goldMinAnswers}
              onChange={(event) => change({ goldMinAnswers: event.target.value })}
            />
          </Field>
        )}
      </div>
      <Checkbox
        label="Readers see a model’s suggestion"
        hint="Marked in every figure as assisted; not comparable with independent reads."
        checked={policy.assisted}
        disabled={isReference}
        onCheckedChange={(checked) => change({ assisted: checked === true })}
      />
      <OverlapPart
        values={policy}
        overlap={Number(policy.overlap)}
        levels={5}
        cases={100}
        isReference={isReference}
        prefix="qualityPolicy."
        error={at}
        onChange={change}
      />
      <TiersPart policy={policy} at={at} onChange={change} />
      <TroublePart policy={policy} at={at} onChange={change} />
      <BoundRows policy={policy} errors={errors} onChange={change} />
      <AdjudicationPart policy={policy} at={at} onChange={change} />
    </FormSection>
  );
}

type PartProps = {
  policy: PolicyValues;
  at: (name: string) => string | undefined;
  onChange: (part: Partial<PolicyValues>) => void;
};

function AdjudicationPart({ policy, at, onChange }: PartProps) {
  const overlap = Number(policy.overlap);
  const forecast =
    Number.isInteger(overlap) && overlap > 0 && overlap <= 100
      ? forecastAdjudication({
          rule: {
            noMajority: policy.noMajority,
            anyDisagreement: policy.anyDisagreement,
            ordinalSpreadAtLeast: Number(policy.ordinalSpreadAtLeast) || null,
            posteriorBelow: Number(policy.posteriorBelow) || null,
            classes: policy.classes,
            fields: policy.fields,
          },
          overlap,
          levels: 5,
          ordinal: true,
          cases: 100,
        })
      : null;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">When your panel decides a case</legend>
      <Checkbox
        label="Readers disagree at all"
        checked={policy.anyDisagreement}
        onCheckedChange={(checked) => onChange({ anyDisagreement: checked === true })}
      />
      <Checkbox
        label="No answer has a majority"
        checked={policy.noMajority}
        onCheckedChange={(checked) => onChange({ noMajority: checked === true })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Levels apart, at least"
          name="qualityPolicy.adjudication.ordinalSpreadAtLeast"
          hint="Ordered fields; empty means not looked at"
          error={at('adjudication.ordinalSpreadAtLeast')}
        >
          <Input
            inputMode="numeric"
            value={policy.ordinalSpreadAtLeast}
            onChange={(event) => onChange({ ordinalSpreadAtLeast: event.target.value })}
          />
        </Field>
        <Field
          label="Certainty below"
          name="qualityPolicy.adjudication.posteriorBelow"
          hint="0 to 1; empty means not looked at"
          error={at('adjudication.posteriorBelow')}
        >
          <Input
            inputMode="decimal"
            value={policy.posteriorBelow}
            onChange={(event) => onChange({ posteriorBelow: event.target.value })}
          />
        </Field>
      </div>
      {forecast === null ? null : (
        <p role="status" className="prose-width text-ink-2 text-sm">
          Expect your panel to decide about <strong>{Math.round(forecast.share * 100)} of 100 cases</strong>,
          for a field of five ordered levels. <span className="text-ink-3">{forecast.assumption}</span>
        </p>
      )}
    </fieldset>
  );
}
