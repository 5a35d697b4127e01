'use client';

import { Plus, X } from 'lucide-react';
import { MeetingCount } from '#app/_credentials/meeting-count.tsx';
import { RuleEditor } from '#app/_credentials/rule-editor.tsx';
import type { GroupValues } from '#app/_credentials/rule-values.ts';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { auditPlan, type ReviewRule } from '#server/projects/tier-schemas.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { newReviewRule, type ReviewRuleValues, type TierValues } from './tier-values.ts';

type RuleWords = { label: string; bound?: string; hint?: string; of?: string; value?: string };
const RULE_WORDS: Record<ReviewRule['kind'], RuleWords> = {
  low_agreement: { label: 'Readers agree less than', bound: 'Share of agreeing pairs' },
  low_confidence: {
    label: 'A reader is at most so sure',
    bound: '1 to 4 of 5',
    hint: 'Readers may leave out how sure they are. Left out, it counts as unsure.',
  },
  new_annotator: { label: 'First reads of a person', bound: 'Reads' },
  rare_class: { label: 'A read names a class', of: 'Field', value: 'Class' },
  subgroup: { label: 'Case of a subgroup', of: 'Column', value: 'Value' },
  technical_reader: { label: 'Read by technical staff' },
};
const ROW = 'grid gap-3 rounded-lg border border-line-strong p-3 sm:grid-cols-12 sm:items-start';

type TiersPartProps = {
  policy: TierValues;
  at: (name: string) => string | undefined;
  onChange: (part: Partial<TierValues>) => void;
  /** Prefix of the fields' names in the form, with its dot. */
  prefix?: string;
};

const IN_POLICY = 'qualityPolicy.';

/** Who looks at what a second time: review by rules, checkpoints, the audit, and the search for misses. */
export function TiersPart(props: TiersPartProps) {
  return (
    <>
      <ReviewRules {...props} />
      <Checkpoints {...props} />
      <Audit {...props} />
      <Misses {...props} />
    </>
  );
}

function ReviewRules({ policy: { reviewRules }, at, onChange, prefix = IN_POLICY }: TiersPartProps) {
  const set = (index: number, part: Partial<ReviewRuleValues>) =>
    onChange({ reviewRules: reviewRules.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">Sent to review besides</legend>
      {reviewRules.map((rule, index) => {
        const words = RULE_WORDS[rule.kind];
        const name = (key: string) => `reviewRules.${index}.${key}`;
        const text = (key: 'bound' | 'of' | 'value', label: string, names: string[]) => (
          <Field
            label={label}
            name={`${prefix}${name(names[0] ?? key)}`}
            hint={key === 'bound' ? words.hint : undefined}
            className={key === 'bound' ? 'sm:col-span-5' : key === 'of' ? 'sm:col-span-2' : 'sm:col-span-3'}
            error={names.map((one) => at(name(one))).find((one) => one !== undefined)}
          >
            <Input
              {...(key === 'bound' ? { inputMode: 'decimal' as const } : {})}
              value={rule[key]}
              onChange={(event) => set(index, { [key]: event.target.value })}
            />
          </Field>
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          <div key={index} className={ROW}>
            <Field label="When" name={`${prefix}${name('kind')}`} className="sm:col-span-4">
              <NativeSelect
                value={rule.kind}
                onChange={(event) =>
                  onChange({
                    reviewRules: reviewRules.map((one, i) =>
                      i === index
                        ? { ...newReviewRule(event.target.value as ReviewRule['kind']), rate: one.rate }
                        : one,
                    ),
                  })
                }
              >
                {Object.entries(RULE_WORDS).map(([kind, { label }]) => (
                  <option key={kind} value={kind}>
                    {label}
                  </option>
                ))}
              </NativeSelect>
            </Field>
            {words.bound
              ? text('bound', words.bound, ['agreementBelow', 'confidenceAtMost', 'firstReads'])
              : null}
            {words.of ? text('of', words.of, ['field', 'column']) : null}
            {words.value ? text('value', words.value, ['value']) : null}
            <Field
              label="Of them"
              name={`${prefix}${name('sampleRateBasisPoints')}`}
              className="sm:col-span-2"
              error={at(name('sampleRateBasisPoints'))}
            >
              <Input
                inputMode="decimal"
                suffix="%"
                value={rule.rate}
                onChange={(event) => set(index, { rate: event.target.value })}
              />
            </Field>
            <div className="sm:col-span-1 sm:self-center sm:justify-self-end">
              <Button
                size="icon-sm"
                variant="quiet"
                aria-label={`Remove the rule “${words.label}”`}
                icon={<X aria-hidden />}
                onClick={() => onChange({ reviewRules: reviewRules.filter((_, i) => i !== index) })}
              />
            </div>
            {rule.kind === 'technical_reader' ? (
              <Pairing
                name={`${prefix}${name('expert')}`}
                value={rule.expert}
                errors={at}
                onExpert={(expert) => set(index, { expert })}
              />
            ) : null}
          </div>
        );
      })}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => onChange({ reviewRules: [...reviewRules, newReviewRule('low_agreement')] })}
        >
          Add a review rule
        </Button>
      </div>
    </fieldset>
  );
}

/** Who counts as an expert: everybody else is paired with them, and only they review. */
function Pairing(props: {
  name: string;
  value: GroupValues;
  errors: (name: string) => string | undefined;
  onExpert: (value: GroupValues) => void;
}) {
  const { name, value, errors, onExpert } = props;
  const said = errors('expert');
  return (
    <div className="flex flex-col gap-2 sm:col-span-12">
      <p className="text-ink-2 text-sm">
        An expert, who alone reviews in such a batch, is told by these credentials. Whoever does not meet them
        is technical staff.
      </p>
      <RuleEditor name={name} value={value} errors={said ? { [name]: said } : {}} onChange={onExpert}>
        <MeetingCount value={value} whose="everybody" />
      </RuleEditor>
    </div>
  );
}

function Checkpoints({ policy, at, onChange, prefix = IN_POLICY }: TiersPartProps) {
  return (
    <Field
      label="Checkpoints"
      name={`${prefix}checkpointBasisPoints`}
      hint="Per cent of a batch, such as 5, 25, 50. There it stands still until the clinical lead has looked at a sample and signed."
      error={at('checkpointBasisPoints')}
    >
      <Input
        className="sm:max-w-60"
        value={policy.checkpoints}
        onChange={(event) => onChange({ checkpoints: event.target.value })}
      />
    </Field>
  );
}

function Audit({ policy, at, onChange, prefix = IN_POLICY }: TiersPartProps) {
  const number = (key: 'auditMax' | 'auditConfidence' | 'auditExpected', label: string, name: string) => (
    <Field label={label} name={`${prefix}audit.${name}`} error={at(`audit.${name}`)}>
      <Input
        inputMode="decimal"
        suffix="%"
        value={policy[key]}
        onChange={(event) => onChange({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">Audit of final labels</legend>
      <Checkbox
        label="An auditor of another organisation looks at a random sample"
        hint="Its size follows from what it is to show."
        checked={policy.isAudited}
        onCheckedChange={(checked) => onChange({ isAudited: checked === true })}
      />
      {policy.isAudited ? (
        <>
          <div className="grid gap-4 sm:grid-cols-3">
            {number('auditMax', 'Wrong at most', 'maxErrorRate')}
            {number('auditConfidence', 'How sure', 'confidence')}
            {number('auditExpected', 'Thought to be wrong', 'expectedErrorRate')}
          </div>
          <SampleSizes policy={policy} />
        </>
      ) : null}
    </fieldset>
  );
}

function SampleSizes({ policy }: { policy: TierValues }) {
  const share = (text: string) => Number(text || 'x') / 100;
  const parsed = auditPlan.safeParse({
    maxErrorRate: share(policy.auditMax),
    confidence: share(policy.auditConfidence),
    expectedErrorRate: share(policy.auditExpected),
  });
  if (!parsed.success) return null;
  const of = (population: number) => auditSampleSize({ ...parsed.data, population });
  const [small, large] = [of(500), of(10_000)];
  return (
    <p role="status" className="prose-width text-ink-2 text-sm">
      Of a batch of 500 cases <strong className="text-ink">{small.n}</strong> are looked at, of 10,000{' '}
      <strong className="text-ink">{large.n}</strong>; with up to {large.acceptErrors}{' '}
      {large.acceptErrors === 1 ? 'error' : 'errors'} among those it still holds.
    </p>
  );
}

function Misses({ policy, at, onChange, prefix = IN_POLICY }: TiersPartProps) {
  const text = (
    key: 'missField' | 'missNormal' | 'missShare',
    label: string,
    name: string,
    suffix?: string,
  ) => (
    <Field label={label} name={`${prefix}misses.${name}`} error={at(`misses.${name}`)}>
      <Input
        {...(suffix === undefined ? {} : { suffix, inputMode: 'decimal' as const })}
        value={policy[key]}
        onChange={(event) => onChange({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">Search for misses</legend>
      <Checkbox
        label="An expert reads a share of the “normal” final labels again, blind"
        hint="Gives the omission rate with its interval."
        checked={policy.hasRereads}
        onCheckedChange={(checked) => onChange({ hasRereads: checked === true })}
      />
      {policy.hasRereads ? (
        <div className="grid gap-4 sm:grid-cols-3">
          {text('missField', 'Field', 'field')}
          {text('missNormal', 'Its value for normal', 'normalValue')}
          {text('missShare', 'Of those', 'shareBasisPoints', '%')}
        </div>
      ) : null}
    </fieldset>
  );
}
