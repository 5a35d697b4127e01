import { answerKey, canonicalAnswers, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import type { CaseAsked, CaseRead, Decision, DeskTier, Fault, Work } from './reading-types.ts';

/**
 * True when the answers of a case must be given: always, but in a review only with a fix, and in an audit only when the final
 * label is not agreed with. `isBlind`: the case is read again without it.
 */
export function needsAnswers(tier: DeskTier, work: Work, isBlind = false): boolean {
  if (tier === 'audit') return isBlind || work.check.outcome === 'disagree';
  return tier !== 'review' || Object.values(work.decisions).some((one) => one.outcome === 'fix_accept');
}

/** The answers as they would be sent. */
export function sentAnswers(schema: LabelSchema, work: Work): Answers {
  return canonicalAnswers(schema, work.answers);
}

/**
 * Everything that keeps a case from being submitted: by the rules the server applies, answers against the signed protocol,
 * a rationale with an adjudication, a decision on every read with a comment or evidence where R31 asks for it; and a fix
 * that fixes nothing, which is a slip.
 */
export function checkWork(
  tier: DeskTier,
  schema: LabelSchema,
  reads: readonly CaseRead[],
  work: Work,
  asked: CaseAsked | null = null,
): Fault[] {
  const isBlind = asked?.purpose === 'reread';
  const faults = needsAnswers(tier, work, isBlind) ? validateAnswers(schema, sentAnswers(schema, work)) : [];
  if (tier === 'adjudicate' && work.rationale.trim() === '') {
    faults.push({ code: 'required', path: 'rationale', message: 'Say why you decided so.' });
  }
  if (tier === 'audit' && !isBlind) faults.push(...auditFaults(schema, work, asked));
  if (tier === 'review') {
    for (const read of reads) {
      const decision = work.decisions[read.labelId];
      faults.push(...decisionFaults(read, decision, asked?.mayReturn ?? true));
      if (decision?.outcome === 'fix_accept' && faults.length === 0 && isUnchanged(schema, read, work)) {
        const message = `Nothing of ${read.name} is changed yet. Give the right answer, or accept it as it is.`;
        // At the answers, because the keyboard goes where the fault is.
        faults.push({ code: 'nothing_fixed', path: schema.fields[0]?.key ?? read.labelId, message });
      }
    }
  }
  return faults;
}

function auditFaults(schema: LabelSchema, work: Work, asked: CaseAsked | null): Fault[] {
  const { outcome, errorKind } = work.check;
  if (outcome === null)
    return [{ code: 'required', path: 'outcome', message: 'Say whether the final label is right.' }];
  if (outcome === 'agree') return [];
  const sent = sentAnswers(schema, work);
  const isSame = schema.fields
    .filter((field) => field.type !== 'text')
    .every(
      (field) =>
        answerKey(field, sent[field.key]) === answerKey(field, asked?.final?.[field.key]?.value ?? undefined),
    );
  return [
    ...(errorKind === null
      ? [{ code: 'required', path: 'errorKind', message: 'Choose what is wrong with the label.' }]
      : []),
    ...(isSame
      ? [
          {
            code: 'nothing_changed',
            path: schema.fields[0]?.key ?? 'outcome',
            message: 'Nothing differs from the final label yet. Give the right answer, or agree.',
          },
        ]
      : []),
  ];
}

function isUnchanged(schema: LabelSchema, read: CaseRead, work: Work): boolean {
  const sent = sentAnswers(schema, work);
  return schema.fields.every(
    (field) => answerKey(field, sent[field.key]) === answerKey(field, read.answers[field.key]),
  );
}

function decisionFaults(read: CaseRead, decision: Decision | undefined, mayReturn: boolean): Fault[] {
  const fault = (code: string, message: string): Fault[] => [{ code, path: read.labelId, message }];
  if (decision === undefined) return fault('required', `Decide on ${read.name}.`);
  const says = decision.comment.trim() !== '';
  if (decision.outcome === 'return' && !mayReturn) {
    return fault('return_not_possible', `The batch is closing: decide otherwise on ${read.name}.`);
  }
  if (decision.outcome === 'return' && read.isAuthorGone && decision.to !== 'another') {
    const message = `${read.name} works here no more and cannot correct it: somebody else reads it afresh, or decide otherwise.`;
    return fault('author_left', message);
  }
  if (decision.outcome === 'return' && !says) {
    return fault('comment_missing', `Tell ${read.name} what to correct.`);
  }
  if (decision.outcome === 'reject' && decision.reason === null) {
    return fault('reason_missing', `Choose why ${read.name} is rejected.`);
  }
  if (decision.outcome === 'reject' && !says) {
    return fault('evidence_missing', `Say what shows that ${read.name} must be rejected.`);
  }
  return [];
}
