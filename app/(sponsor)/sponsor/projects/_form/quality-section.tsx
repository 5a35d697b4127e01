'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { widestField } from '#server/projects/forecast-adjudication.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { AdjudicationPart } from './adjudication-part.tsx';
import type { SectionProps } from './basics-section.tsx';
import { BoundRows } from './bound-rows.tsx';
import { FormSection } from './form-section.tsx';
import type { PolicyValues } from './form-values.ts';
import { OverlapPart } from './overlap-part.tsx';
import type { ForecastBasis } from './panel-forecast.tsx';
import { TiersPart } from './tiers-part.tsx';
import { TroublePart } from './trouble-part.tsx';

/** How good is good enough, and what is done when it is not. */
export function QualitySection({
  values,
  errors,
  set,
  presetNote,
  basis,
  cases,
}: SectionProps & { presetNote: React.ReactNode; basis: ForecastBasis; cases: number | null }) {
  const { policy } = values;
  const change = (part: Partial<PolicyValues>) => set({ policy: { ...policy, ...part } });
  const at = (name: string) => errors[`qualityPolicy.${name}`];
  const widest = widestField(basis.fields, { fields: [] });
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
        levels={widest.answers.length}
        accuracy={basis.reads[widest.key]?.agreement}
        cases={cases ?? 100}
        isReference={isReference}
        prefix="qualityPolicy."
        error={at}
        onChange={change}
      />
      <TiersPart policy={policy} at={at} onChange={change} />
      <TroublePart policy={policy} at={at} onChange={change} />
      <BoundRows policy={policy} errors={errors} onChange={change} />
      <AdjudicationPart policy={policy} basis={basis} cases={cases} at={at} onChange={change} />
    </FormSection>
  );
}
