import type { PilotTerms } from '#server/bids/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { goldFaults } from '#server/gold/rules.ts';
import type { GoldAnswers } from '#server/gold/schemas.ts';
import { unknownPolicyNames } from '#server/projects/rules.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { missRule, reviewRules } from '#server/projects/tier-schemas.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { idleByProtocol } from './idle-review-rules.ts';
import { overlapFaults, overlapRuleOf } from './overlap-rules.ts';
import type { Batch } from './reads.ts';

/** What of a batch a protocol version has to fit. */
export type Moving = {
  batch: Batch;
  intendedUse: string;
  /** Known answers that are in force in it. */
  gold: readonly GoldAnswers[];
  /** Of a pilot: what it is judged by. */
  terms: PilotTerms | null;
};

/**
 * What a draft asks that the version `to` cannot answer though the version it was made on could: fields and classes that its rules or its pilot's
 * terms name, an overlap that weighs what is asked no more, known answers that are none of the new ones. Empty when it can be read
 * by it. What did not fit before either is nobody's news here.
 */
export function faultsOfMove(
  of: Moving,
  version: { from: LabelSchema; to: LabelSchema; number: number },
): ErrorDetail[] {
  const nameOf = (fault: ErrorDetail) => `${fault.code} ${fault.path ?? fault.message}`;
  const known = new Set(faultsUnder(of, version.from, version.number).map(nameOf));
  const faults = faultsUnder(of, version.to, version.number).filter((fault) => !known.has(nameOf(fault)));
  const misfits = of.gold.filter(
    (answers) => goldFaults(version.to, answers).length > 0 && goldFaults(version.from, answers).length === 0,
  ).length;
  if (misfits > 0) {
    const what = misfits === 1 ? 'One known answer' : `${misfits.toLocaleString('en')} known answers`;
    faults.push({
      code: 'batch.gold_of_version',
      message: `${what} of this batch ${misfits === 1 ? 'is' : 'are'} none that version ${version.number} knows. The clinical lead retires ${misfits === 1 ? 'it' : 'them'} on the gold page, and has such cases read anew by the panel where they are to stay gold; then move the batch.`,
      href: `/sponsor/projects/${of.batch.projectId}/gold`,
    });
  }
  return faults;
}

function faultsUnder(
  { batch, intendedUse, terms }: Moving,
  schema: LabelSchema,
  version: number,
): ErrorDetail[] {
  const overlapRule = overlapRuleOf(batch);
  const rules = reviewRules.parse(batch.reviewRules);
  const named = unknownPolicyNames(
    {
      reliability: [],
      accuracy: [],
      adjudication: adjudicationRule.parse(batch.adjudicationRule),
      reviewRules: [],
      misses: missRule.nullable().parse(batch.missRule),
    },
    schema,
  );
  const asked = terms === null ? [] : unknownPolicyNames(asPolicy(terms), schema);
  return [
    ...named.map((name) => ({
      code: 'batch.rule_of_version',
      message: `The rules of this batch for the panel and for checks name ${name}, which version ${version} does not have. Discard the draft and make the batch anew.`,
    })),
    ...asked.map((name) => ({
      code: 'batch.terms_of_version',
      message: `The terms of this pilot are judged by ${name}, which version ${version} does not have. Decline the bid and open a call with other terms, or sign a version that has it.`,
    })),
    ...idleByProtocol(rules, { ...batch, overlapRule, schema, cases: batch.taskCount }),
    ...overlapFaults({ ...batch, intendedUse, isShared: batch.pools !== null, rule: overlapRule, schema }),
  ];
}

/** The fields and classes that a pilot's terms name, as a policy names them. */
function asPolicy({ criteria, goldPerClass }: PilotTerms): Parameters<typeof unknownPolicyNames>[0] {
  const { reliability, accuracy, balancedAccuracy, withinOne, perClass } = criteria;
  const fields = [reliability, accuracy, balancedAccuracy, withinOne].flatMap((one) => one?.field ?? []);
  return {
    reliability: [],
    accuracy: [],
    adjudication: {
      fields,
      classes: [...perClass, ...goldPerClass].map(({ field, className }) => ({ field, value: className })),
    },
    reviewRules: [],
    misses: null,
  };
}
