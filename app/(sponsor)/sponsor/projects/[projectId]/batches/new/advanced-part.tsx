'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { NumberField } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { TiersPart } from '#app/(sponsor)/sponsor/projects/_form/tiers-part.tsx';
import type { BatchValues } from './batch-values.ts';

export type AdvancedPartProps = {
  values: BatchValues;
  onChange: (part: Partial<BatchValues>) => void;
  wrong: Partial<Record<string, string>>;
  isReference: boolean;
  overlap: number;
};

/** What is seldom changed, closed at first: each line says what holds without opening it. */
export function AdvancedPart(props: AdvancedPartProps) {
  const { values, onChange, wrong, isReference } = props;
  return (
    <section className="flex flex-col">
      <h2 className="pb-1 font-semibold text-lg">Advanced</h2>
      <p className="prose-width pb-3 text-ink-3 text-sm">
        Sensible as it stands. Priority, deadline, caps and exams are set on the batch’s own page, also while
        it runs.
      </p>
      <div className="divide-y divide-line border-line border-y">
        <Disclosure
          title="Review, checkpoints, audit"
          says={tierWords(values)}
          isWrong={hasWrong(wrong, ['reviewRules', 'checkpointBasisPoints', 'audit', 'misses'])}
        >
          <TiersPart policy={values} at={(name) => wrong[name]} onChange={onChange} prefix="" />
        </Disclosure>
        <Disclosure
          title="The same reader once more"
          says={
            Number(values.rounds) > 1
              ? `${values.repeatShare} % of the cases, after ${values.repeatAfterDays} days.`
              : 'No. Repeats show how steady a reader is.'
          }
          isWrong={hasWrong(wrong, ['rounds', 'claimRules.repeat'])}
        >
          <Repeats {...props} />
        </Disclosure>
        <Disclosure
          title="Holding cases"
          says={`For ${values.leaseMinutes} minutes without a sign of the reader’s page; ${values.prefetch} ready ahead.`}
          isWrong={hasWrong(wrong, ['leaseSeconds', 'prefetch'])}
        >
          <Holding {...props} />
        </Disclosure>
        {isReference ? null : (
          <Disclosure
            title="Order of the cases"
            says={
              values.caseOrder === 'priority' ? 'By your list.' : 'At random, the same chance for every case.'
            }
            isWrong={hasWrong(wrong, ['claimRules.casePriorities'])}
          >
            <Order {...props} />
          </Disclosure>
        )}
        {values.goldMode === 'dealt' ? (
          <Disclosure
            title="How often gold is shown"
            says={
              values.goldExposureLimit.trim() === ''
                ? 'To any number of readers, in another order for each.'
                : `To ${values.goldExposureLimit} readers each before others are used.`
            }
            isWrong={hasWrong(wrong, ['claimRules.goldExposureLimit'])}
          >
            <NumberField
              label="Readers who see a gold case"
              name="claimRules.goldExposureLimit"
              optional
              hint="Gold that many have seen is talked about. Others are used first from here on; empty is no limit."
              suffix="readers"
              className="sm:max-w-48"
              error={wrong['claimRules.goldExposureLimit']}
              value={values.goldExposureLimit}
              onChange={(goldExposureLimit) => onChange({ goldExposureLimit })}
            />
          </Disclosure>
        ) : null}
      </div>
    </section>
  );
}

const hasWrong = (wrong: AdvancedPartProps['wrong'], starts: readonly string[]) =>
  Object.keys(wrong).some((name) => starts.some((start) => name.startsWith(start)));

/** What of review and checks is on, in a line. */
function tierWords(values: BatchValues): string {
  const on = [
    values.reviewRules.length > 0
      ? `${values.reviewRules.length} review ${values.reviewRules.length === 1 ? 'rule' : 'rules'}`
      : '',
    values.checkpoints.trim() === '' ? '' : `checkpoints at ${values.checkpoints} %`,
    values.isAudited ? 'audit' : '',
    values.hasRereads ? 'search for misses' : '',
  ].filter((one) => one !== '');
  return on.length === 0 ? 'None beyond the reviewed share.' : `${on.join(', ')}.`;
}

/** A line that opens; something wrong inside opens it by itself. */
function Disclosure(props: { title: string; says: string; isWrong: boolean; children: ReactNode }) {
  const { title, says, isWrong, children } = props;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      open={isOpen || isWrong}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
      className="group"
    >
      <summary className="flex cursor-pointer list-none items-start gap-2 rounded-sm py-3 hover:bg-hover">
        <ChevronRight
          aria-hidden
          className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform duration-[120ms] group-open:rotate-90"
        />
        <span className="flex flex-col">
          <span className="font-medium">{title}</span>
          <span className="text-ink-3 text-sm">{says}</span>
        </span>
      </summary>
      <div className="flex flex-col gap-4 pt-1 pb-5 sm:pl-6">{children}</div>
    </details>
  );
}

function Repeats({ values, onChange, wrong }: AdvancedPartProps) {
  return (
    <div className="grid items-end gap-4 sm:grid-cols-3">
      <Field label="One person reads a case" name="rounds" error={wrong.rounds}>
        <NativeSelect value={values.rounds} onChange={(event) => onChange({ rounds: event.target.value })}>
          <option value="1">once</option>
          <option value="2">twice</option>
          <option value="3">three times</option>
        </NativeSelect>
      </Field>
      {Number(values.rounds) > 1 ? (
        <>
          <NumberField
            label="Again after"
            name="claimRules.repeatAfterDays"
            suffix="days"
            error={wrong['claimRules.repeatAfterDays']}
            value={values.repeatAfterDays}
            onChange={(repeatAfterDays) => onChange({ repeatAfterDays })}
          />
          <NumberField
            label="Of the cases"
            name="claimRules.repeatShareBasisPoints"
            suffix="%"
            isDecimal
            error={wrong['claimRules.repeatShareBasisPoints']}
            value={values.repeatShare}
            onChange={(repeatShare) => onChange({ repeatShare })}
          />
        </>
      ) : null}
    </div>
  );
}

function Holding({ values, onChange, wrong }: AdvancedPartProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <NumberField
        label="A case is held for"
        name="leaseSeconds"
        hint="Without a sign of the reader’s page it then goes to somebody else, and what they had put down is kept. An open page holds on, up to 8 hours."
        suffix="min"
        isDecimal
        error={wrong.leaseSeconds}
        value={values.leaseMinutes}
        onChange={(leaseMinutes) => onChange({ leaseMinutes })}
      />
      <NumberField
        label="Ready ahead"
        name="prefetch"
        hint="Loaded while the case before is read, so that the next is there at once. More of them are kept from others, which matters towards the end."
        suffix="cases"
        error={wrong.prefetch}
        value={values.prefetch}
        onChange={(prefetch) => onChange({ prefetch })}
      />
    </div>
  );
}

function Order({ values, onChange, wrong }: AdvancedPartProps) {
  return (
    <>
      <Field label="Cases come" name="caseOrder">
        <NativeSelect
          className="sm:max-w-[320px]"
          value={values.caseOrder}
          onChange={(event) => onChange({ caseOrder: event.target.value as BatchValues['caseOrder'] })}
        >
          <option value="shuffled">At random</option>
          <option value="priority">By priority, the highest first</option>
        </NativeSelect>
      </Field>
      {values.caseOrder === 'priority' ? (
        <Field
          label="Case ids with their priority"
          name="claimRules.casePriorities"
          hint="One a line, with a number after a comma, for example a model’s uncertainty; without numbers the order of the lines counts. Cases not named come last."
          error={wrong['claimRules.casePriorities']}
        >
          <Textarea
            rows={4}
            className="font-mono"
            value={values.priorities}
            onChange={(event) => onChange({ priorities: event.target.value })}
          />
        </Field>
      ) : null}
    </>
  );
}
