'use client';

import { REJECT_WORDS } from '#app/_shell/reject-words.ts';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { cn } from '#app/_ui/cn.ts';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { needsAnswers } from '#app/(reading)/_session/check-work.ts';
import type {
  CaseAsked,
  CaseRead,
  Decision,
  Fault,
  RejectReason,
  ReviewOutcome,
  Work,
} from '#app/(reading)/_session/reading-types.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { AnswerForm } from './answer-form.tsx';
import { FieldFault } from './field-heading.tsx';
import { ReadsSideBySide } from './reads-side-by-side.tsx';
import { OUTCOME_WORDS, OUTCOMES } from './say-words.ts';
import { WhyHere } from './why-here.tsx';

export type DecideFormProps = {
  schema: LabelSchema;
  reads: readonly CaseRead[];
  asked: CaseAsked | null;
  work: Work;
  faults: readonly Fault[];
  /** A read's label id, or a field's key: what number keys act on. */
  active: string | null;
  onActive: (key: string) => void;
  onChange: (change: (work: Work) => Work) => void;
};

/** A decision on each read of the case; R31 says what a return or a rejection needs. */
export function ReviewForm(props: DecideFormProps) {
  const { schema, reads, asked, work, faults, active, onActive, onChange } = props;
  const hasFix = needsAnswers('review', work);
  const mayReturn = asked?.mayReturn ?? true;
  return (
    <div className="flex flex-col gap-5">
      <WhyHere reason={asked?.reason ?? null} />
      {mayReturn ? null : (
        <p className="text-ink-2 text-sm">
          The batch is closing: nobody reads in it any more, so nothing can be returned. Fix and accept a
          read, accept it as it is, or reject it.
        </p>
      )}
      <ReadsSideBySide schema={schema} reads={reads} activeId={active} />
      {reads.map((read) => (
        <ReadDecision
          key={read.labelId}
          read={read}
          mayReturn={mayReturn}
          decision={work.decisions[read.labelId]}
          isActive={active === read.labelId}
          error={faults.find((fault) => fault.path === read.labelId)?.message}
          onActive={() => onActive(read.labelId)}
          onDecide={(change) => {
            onChange((before) => decided(before, read, change));
            if (change.outcome !== undefined) onActive(nextPlace(schema, reads, work, read, change.outcome));
          }}
        />
      ))}
      {hasFix ? (
        <section aria-label="Corrected answers" className="flex flex-col gap-3 border-line border-t pt-4">
          <h2 className="font-semibold text-sm">The right answers</h2>
          <AnswerForm
            schema={schema}
            answers={work.answers}
            faults={faults}
            active={active}
            onActive={onActive}
            onAnswers={(answers) => onChange((before) => ({ ...before, answers }))}
          />
        </section>
      ) : null}
    </div>
  );
}

/** The work after a change of one decision; the first fix begins from the answers that are fixed. */
export function decided(work: Work, read: CaseRead, change: Partial<Decision>): Work {
  const before = work.decisions[read.labelId] ?? { outcome: 'accept', reason: null, comment: '' };
  const after: Decision = { ...before, ...change };
  if (after.outcome !== 'reject') after.reason = null;
  if (after.outcome === 'return' && read.isAuthorGone) after.to = 'another';
  const isFirstFix = after.outcome === 'fix_accept' && Object.keys(work.answers).length === 0;
  return {
    ...work,
    answers: isFirstFix ? read.answers : work.answers,
    decisions: { ...work.decisions, [read.labelId]: after },
  };
}

/** The next read without a decision once `read` has one. */
function nextUndecided(reads: readonly CaseRead[], work: Work, read: CaseRead): string | null {
  const open = reads.filter((one) => one !== read && work.decisions[one.labelId] === undefined);
  return open[0]?.labelId ?? null;
}

/** Where the keyboard goes after a decision: the next read without one, then to the answers that a fix needs. */
export function nextPlace(
  schema: LabelSchema,
  reads: readonly CaseRead[],
  work: Work,
  read: CaseRead,
  outcome: ReviewOutcome,
): string {
  const undecided = nextUndecided(reads, work, read);
  if (undecided !== null) return undecided;
  const hasFix =
    outcome === 'fix_accept' ||
    reads.some((one) => one !== read && work.decisions[one.labelId]?.outcome === 'fix_accept');
  return (hasFix ? schema.fields[0]?.key : undefined) ?? read.labelId;
}

/** What may be decided: an accepted read is paid already, so it is accepted or fixed; where nobody reads any more nothing is returned. */
export function outcomesOf(read: CaseRead, mayReturn: boolean): readonly ReviewOutcome[] {
  if (read.isAccepted) return OUTCOMES.slice(0, 2);
  return mayReturn ? OUTCOMES : OUTCOMES.filter((one) => one !== 'return');
}

function ReadDecision({
  read,
  mayReturn,
  decision,
  isActive,
  error,
  onActive,
  onDecide,
}: {
  read: CaseRead;
  mayReturn: boolean;
  decision: Decision | undefined;
  isActive: boolean;
  error: string | undefined;
  onActive: () => void;
  onDecide: (change: Partial<Decision>) => void;
}) {
  const needsWords = decision?.outcome === 'return' || decision?.outcome === 'reject';
  return (
    <section
      aria-label={read.name}
      className={cn(
        'flex flex-col gap-2 border-l-2 pl-3',
        isActive ? 'border-accent-ink' : 'border-transparent',
      )}
    >
      <h2 className="font-medium text-sm">
        {read.name}
        {read.isAccepted ? (
          <span className="ml-2 font-normal text-ink-3 text-xs">accepted and paid</span>
        ) : null}
      </h2>
      <div className="grid grid-cols-2 gap-1">
        {outcomesOf(read, mayReturn).map((outcome, index) => (
          <button
            key={outcome}
            type="button"
            data-choice
            aria-pressed={decision?.outcome === outcome}
            onFocus={onActive}
            onClick={() => onDecide({ outcome })}
            className={cn(
              'flex min-h-8 items-center gap-2 rounded-md border px-2 py-1 text-left text-sm',
              decision?.outcome === outcome
                ? 'border-accent-ink bg-selected font-medium text-ink'
                : 'border-line-strong text-ink-2 hover:bg-hover',
            )}
          >
            <span aria-hidden className="w-4 text-center text-ink-3 text-xs">
              {isActive ? index + 1 : ''}
            </span>
            {OUTCOME_WORDS[outcome]}
          </button>
        ))}
      </div>
      {decision?.outcome === 'reject' ? (
        <Field label="Reason" labelHidden>
          <NativeSelect
            autoFocus={decision.reason === null}
            value={decision.reason ?? ''}
            onChange={(event) => onDecide({ reason: (event.target.value || null) as RejectReason | null })}
          >
            <option value="">Choose the reason</option>
            {Object.entries(REJECT_WORDS).map(([reason, words]) => (
              <option key={reason} value={reason}>
                {words}
              </option>
            ))}
          </NativeSelect>
        </Field>
      ) : null}
      {needsWords ? (
        <Field label={decision.outcome === 'reject' ? 'What shows it' : 'What to correct'}>
          <Textarea
            autoFocus={decision.outcome === 'return' && decision.comment === ''}
            rows={2}
            maxLength={4000}
            value={decision.comment}
            onFocus={onActive}
            onChange={(event) => onDecide({ comment: event.target.value })}
          />
        </Field>
      ) : null}
      {decision?.outcome === 'return' ? (
        <Checkbox
          label="Somebody else reads it afresh"
          hint={
            read.isAuthorGone
              ? 'Its reader works here no more. This read is paid and left out; the other sees neither it nor your words.'
              : 'This read is paid and left out; the other sees neither it nor your words.'
          }
          disabled={read.isAuthorGone && decision.to === 'another'}
          checked={decision.to === 'another'}
          onCheckedChange={(checked) => onDecide({ to: checked === true ? 'another' : 'author' })}
        />
      ) : null}
      <FieldFault id={`fault-${read.labelId}`} message={error} />
    </section>
  );
}
