'use client';

import { cn } from '#app/_ui/cn.ts';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import type { AuditErrorKind, CaseAsked, Work } from '#app/(reading)/_session/reading-types.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { AnswerForm } from './answer-form.tsx';
import { FieldFault } from './field-heading.tsx';
import { answerWords, ReadsSideBySide } from './reads-side-by-side.tsx';
import type { DecideFormProps } from './review-form.tsx';

const ERROR_WORDS: Record<AuditErrorKind, string> = {
  mislabel: 'Another class or value is right',
  omission: 'A finding was missed',
  extra: 'Something was called that is not there',
  boundary: 'Right in kind, wrong in extent',
  inconsistency: 'It contradicts itself or the protocol',
};

type Final = CaseAsked['final'];

/** The work after a change of the verdict; the first disagreement begins from the final label's answers. */
export function audited(work: Work, final: Final, change: Partial<Work['check']>): Work {
  const isFirst = change.outcome === 'disagree' && Object.keys(work.answers).length === 0;
  return {
    ...work,
    answers: isFirst ? answersOf(final) : work.answers,
    check: { ...work.check, ...change },
  };
}

function answersOf(final: Final): Answers {
  const answers: Answers = {};
  for (const [key, field] of Object.entries(final ?? {}))
    if (field.value !== null) answers[key] = field.value;
  return answers;
}

/** A final label under audit: agree, or what is right instead; or, in a blind re-read, the case alone. */
export function AuditForm(props: DecideFormProps) {
  const { schema, reads, asked, work, faults, active, onActive, onChange } = props;
  const form = (
    <AnswerForm
      schema={schema}
      answers={work.answers}
      faults={faults}
      active={active}
      onActive={onActive}
      onAnswers={(answers) => onChange((before) => ({ ...before, answers }))}
    />
  );
  const at = (path: string) => faults.find((fault) => fault.path === path)?.message;
  if (asked?.purpose === 'reread')
    return (
      <div className="flex flex-col gap-5">
        <p className="text-ink-2 text-sm">Read this case afresh. Nothing of earlier reads is shown.</p>
        {form}
      </div>
    );
  const final = asked?.final ?? null;
  return (
    <div className="flex flex-col gap-5">
      <FinalLabel schema={schema} final={final} />
      <ReadsSideBySide schema={schema} reads={reads} />
      <section aria-label="Your verdict" className="flex flex-col gap-2">
        <h2 className="font-medium text-sm">Is the final label right?</h2>
        <div className="grid grid-cols-2 gap-1">
          {(['agree', 'disagree'] as const).map((outcome, index) => (
            <button
              key={outcome}
              type="button"
              data-choice
              aria-pressed={work.check.outcome === outcome}
              onFocus={() => onActive('outcome')}
              onClick={() => onChange((before) => audited(before, final, { outcome }))}
              className={cn(
                'flex min-h-8 items-center gap-2 rounded-md border px-2 py-1 text-left text-sm',
                work.check.outcome === outcome
                  ? 'border-accent-ink bg-selected font-medium text-ink'
                  : 'border-line-strong text-ink-2 hover:bg-hover',
              )}
            >
              <span aria-hidden className="w-4 text-center text-ink-3 text-xs">
                {active === 'outcome' ? index + 1 : ''}
              </span>
              {outcome === 'agree' ? 'I agree' : 'I disagree'}
            </button>
          ))}
        </div>
        <FieldFault id="fault-outcome" message={at('outcome')} />
      </section>
      {work.check.outcome === 'disagree' ? (
        <section aria-label="Right answers" className="flex flex-col gap-3 border-line border-t pt-4">
          <Field label="What is wrong" error={at('errorKind')}>
            <NativeSelect
              value={work.check.errorKind ?? ''}
              onChange={(event) =>
                onChange((before) =>
                  audited(before, final, {
                    errorKind: (event.target.value || null) as AuditErrorKind | null,
                  }),
                )
              }
            >
              <option value="">Choose the kind of error</option>
              {Object.entries(ERROR_WORDS).map(([kind, words]) => (
                <option key={kind} value={kind}>
                  {words}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <h2 className="font-semibold text-sm">The right answers</h2>
          {form}
          <Field label="Remark" optional hint="The panel reads it when it decides.">
            <Textarea
              rows={2}
              maxLength={4000}
              value={work.rationale}
              onFocus={() => onActive('rationale')}
              onChange={(event) => onChange((before) => ({ ...before, rationale: event.target.value }))}
            />
          </Field>
        </section>
      ) : null}
    </div>
  );
}

const PATH_WORDS: Record<string, string> = {
  single: 'one read',
  unanimous: 'all agree',
  majority: 'majority',
  median: 'median',
  dawid_skene: 'readers weighed',
  weighted: 'readers weighed',
  review: 'review',
  adjudication: 'the panel',
  undecided: 'undecided',
  unanswered: 'no answer',
};

function FinalLabel({ schema, final }: { schema: LabelSchema; final: Final }) {
  return (
    <section aria-label="Final label" className="flex flex-col gap-1">
      <h2 className="font-medium text-sm">Final label</h2>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
        {schema.fields.map((field) => {
          const own = final?.[field.key];
          return (
            <div key={field.key} className="contents">
              <dt className="text-ink-2">{field.label}</dt>
              <dd className="font-medium">
                {answerWords(field, own?.value ?? undefined)}
                <span className="ml-2 font-normal text-ink-3 text-xs">
                  {PATH_WORDS[own?.path ?? ''] ?? ''}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
