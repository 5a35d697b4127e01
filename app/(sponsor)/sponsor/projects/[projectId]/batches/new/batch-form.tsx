'use client';

import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { OverlapPart } from '#app/(sponsor)/sponsor/projects/_form/overlap-part.tsx';
import { type ForecastBasis, PanelForecast } from '#app/(sponsor)/sponsor/projects/_form/panel-forecast.tsx';
import { type Tiers, toOverlapRule } from '#app/(sponsor)/sponsor/projects/_form/tier-values.ts';
import { percentOf } from '#server/core/money.ts';
import type { ModelList } from '#server/models/schemas.ts';
import { widestField } from '#server/projects/forecast-adjudication.ts';
import type { AdjudicationRule } from '#server/projects/schemas.ts';
import { FIXED_OVERLAP } from '#server/projects/tier-schemas.ts';
import { AdvancedPart } from './advanced-part.tsx';
import type { ApartChoices, EarlierBatch } from './batch-line.ts';
import {
  type Award,
  DIRECT,
  type DirectShare,
  type GoldMode,
  type Method,
  OWN,
  type OwnStaff,
  SHARED,
} from './batch-values.ts';
import type { DatasetChoice } from './case-choice.ts';
import { ChooseCases } from './choose-cases.tsx';
import { ChooseEarlierWork, type ProtocolChoice } from './choose-earlier-work.tsx';
import { ChooseModelFailure } from './choose-model-failure.tsx';
import { ChooseSample } from './choose-sample.tsx';
import { KeepApart } from './keep-apart.tsx';
import { ReadingFields } from './reading-fields.tsx';
import { type ClassField, SelectionPreview, useSelectionPreview } from './selection-preview.tsx';
import type { StartChoice } from './start-choice.ts';
import { useBatchForm } from './use-batch-form.ts';

export type BatchFormProps = {
  projectId: string;
  kind: 'production' | 'relabel';
  awards: readonly Award[];
  /** The share that goes to people on their own account (R17); null without one. */
  direct: DirectShare | null;
  /** Own staff with an agreed order here; null without. */
  own: OwnStaff | null;
  datasets: readonly DatasetChoice[];
  fields: readonly ClassField[];
  /** Those that were opened: what was read, and by whom. */
  batches: readonly EarlierBatch[];
  /** Every batch whose people can be others than here. */
  apart: ApartChoices;
  protocols: readonly ProtocolChoice[];
  models: ModelList;
  /** What a link asked the form to begin with. */
  start: StartChoice;
  /** A test reference has the same reads for every case (R5). */
  isReference: boolean;
  policy: {
    overlap: number;
    tiers: Tiers;
    goldMode: GoldMode;
    goldShareBasisPoints: number;
    reviewShareBasisPoints: number;
    consensusMethod: Method;
    adjudication: AdjudicationRule;
  };
  /** What forecasts rest on: the protocol and the project's own reads. */
  basis: ForecastBasis;
};

/** A production or relabel batch: its cases with a live count of what they are, and how they are read. */
export function BatchForm(props: BatchFormProps) {
  const { kind, datasets, fields, batches, protocols } = props;
  const form = useBatchForm(props);
  const { values, choice, wrong } = form;
  const dataset = datasets.find((one) => one.id === values.datasetId);
  const preview = useSelectionPreview(form.input);
  const cases = preview.data?.chosen ?? (dataset ? dataset.caseCount - dataset.excludedCount : 0);
  const widest = widestField(props.basis.fields, { fields: [] });
  const choose = { choice, onChange: form.choose, dataset, fields, wrong };
  return (
    <SplitPane
      width={360}
      asideLabel="Preview"
      aside={<SelectionPreview preview={preview} isReadable={form.input !== null} fields={fields} />}
    >
      <form noValidate onSubmit={form.submit} className="flex max-w-[720px] flex-col gap-8">
        <FormErrorSummary problems={form.problems} />
        <Refusal error={form.create.error} title="The batch was not made." />
        <Basics {...props} form={form} />
        {kind === 'relabel' ? (
          <>
            <ChooseEarlierWork
              choice={choice}
              onChange={form.choose}
              batches={batches}
              protocols={protocols}
            />
            <ChooseModelFailure
              projectId={props.projectId}
              datasetId={values.datasetId}
              choice={choice}
              onChange={form.choose}
              models={props.models}
              wrong={wrong}
            />
          </>
        ) : null}
        <ChooseCases {...choose} />
        <ChooseSample {...choose} />
        <ReadingFields values={values} onChange={form.set} wrong={wrong} />
        <OverlapPart
          values={values}
          overlap={Number(values.overlap)}
          levels={widest.answers.length}
          accuracy={props.basis.reads[widest.key]?.agreement}
          cases={cases}
          isReference={props.isReference}
          prefix=""
          error={(name) => wrong[name]}
          onChange={form.set}
          {...(form.award ? { cost: costOf(form.award) } : {})}
        />
        <PanelForecast
          rule={props.policy.adjudication}
          overlap={Number(values.overlap)}
          overlapRule={props.isReference ? FIXED_OVERLAP : toOverlapRule(values)}
          method={values.consensusMethod}
          basis={props.basis}
          cases={cases}
        />
        <KeepApart
          projectId={props.projectId}
          values={values}
          onChange={form.set}
          batches={batches}
          apart={props.apart}
        />
        <AdvancedPart
          values={values}
          onChange={form.set}
          wrong={wrong}
          isReference={props.isReference}
          overlap={Number(values.overlap)}
        />
        <div>
          <Button type="submit" variant="primary" pending={form.create.isPending}>
            Create draft batch
          </Button>
        </div>
      </form>
    </SplitPane>
  );
}

/** What so many reads cost with the fee, which is locked read by read (R2), so rounded there and not on the sum. */
const costOf =
  (award: Pick<Award, 'pricePerReadMinor' | 'feeBasisPoints' | 'currency'>) => (reads: number) => {
    const perRead = award.pricePerReadMinor + percentOf(award.pricePerReadMinor, award.feeBasisPoints);
    return formatMoney({ amountMinor: perRead * BigInt(reads), currency: award.currency }).full;
  };

const sharedWords = (vendors: number, hasDirect: boolean) =>
  hasDirect
    ? `${vendors === 1 ? 'The vendor' : `All ${vendors} vendors`} and people on their own account, each their share of the reads`
    : `All ${vendors} vendors, each its share of the reads`;

function Basics({
  awards,
  direct,
  own,
  datasets,
  form,
}: BatchFormProps & { form: ReturnType<typeof useBatchForm> }) {
  const { values, set, wrong } = form;
  return (
    <div className="flex flex-col gap-4">
      <Field label="Name" name="name" error={wrong.name}>
        <Input value={values.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <Field
        label={awards.length === 0 && direct === null ? 'Read by' : 'Under the award of'}
        name="contractId"
        error={wrong.contractId ?? wrong['claimRules.contractIds'] ?? wrong.vendorOrgId}
      >
        <NativeSelect value={values.contractId} onChange={(event) => set({ contractId: event.target.value })}>
          {awards.map((one) => (
            <option key={one.contractId} value={one.contractId}>
              {one.vendor} · {one.shareBasisPoints / 100} % of the work ·{' '}
              {formatMoney({ amountMinor: one.pricePerReadMinor, currency: one.currency }).full} a read
            </option>
          ))}
          {awards.length + (direct === null ? 0 : 1) > 1 && awards.length > 0 ? (
            <option value={SHARED}>{sharedWords(awards.length, direct !== null)}</option>
          ) : null}
          {direct === null ? null : (
            <option value={DIRECT}>
              People on their own account alone ·{' '}
              {formatMoney({ amountMinor: direct.pricePerReadMinor, currency: direct.currency }).full} a read
            </option>
          )}
          {own === null ? null : (
            <option value={OWN}>
              {own.name}, your own staff, alone ·{' '}
              {formatMoney({ amountMinor: own.pricePerReadMinor, currency: own.currency }).full} a read, no
              fee
            </option>
          )}
        </NativeSelect>
      </Field>
      {values.contractId === SHARED && awards.length > 1 ? (
        <Field
          label="Reads of one case from one vendor"
          name="claimRules.maxReadsPerVendor"
          optional
          hint="At most so many, so that a case is not read by one vendor alone. Empty is no limit."
          error={wrong['claimRules.maxReadsPerVendor']}
        >
          <Input
            inputMode="numeric"
            suffix="reads"
            className="sm:max-w-48"
            value={values.maxReadsPerVendor}
            onChange={(event) => set({ maxReadsPerVendor: event.target.value })}
          />
        </Field>
      ) : null}
      <Field label="Cases from" name="datasetId" error={wrong.datasetId}>
        <NativeSelect value={values.datasetId} onChange={(event) => form.changeDataset(event.target.value)}>
          {datasets.map(({ id, name, caseCount, excludedCount }) => (
            <option key={id} value={id}>
              {name} ({counted(caseCount - excludedCount, 'case')})
            </option>
          ))}
        </NativeSelect>
      </Field>
    </div>
  );
}
