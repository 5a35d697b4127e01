import { describe, expect, test } from 'vitest';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { checkWork } from './check-work.ts';
import { type CaseRead, type Decision, NO_WORK } from './reading-types.ts';

const schema: LabelSchema = {
  fields: [{ key: 'present', label: 'Nodule', type: 'boolean', definition: 'A nodule.', required: true }],
  rules: [],
  gatedFields: ['present'],
};
const read: CaseRead = {
  labelId: 'l1',
  name: 'Reader A',
  answers: { present: true },
  confidence: null,
  rationale: null,
  isAccepted: false,
  isAuthorGone: false,
};
const codes = (decision: Decision, answers = {}) =>
  checkWork('review', schema, [read], { ...NO_WORK, answers, decisions: { l1: decision } }).map(
    (fault) => fault.code,
  );

describe('what keeps a case from being submitted', () => {
  test('a read needs its answers; an empty text is no answer', () => {
    expect(checkWork('label', schema, [], NO_WORK).map((fault) => fault.path)).toEqual(['present']);
    expect(checkWork('label', schema, [], { ...NO_WORK, answers: { present: false } })).toEqual([]);
  });

  test('an adjudication needs a rationale', () => {
    const work = { ...NO_WORK, answers: { present: true }, rationale: '  ' };
    expect(checkWork('adjudicate', schema, [read], work).map((fault) => fault.path)).toEqual(['rationale']);
  });

  test('an audit says whether the label is right, and what is right instead; a blind re-read is a read', () => {
    const final = { present: { value: true, confidence: 1, votes: [], path: 'unanimous' as const } };
    const asked = { purpose: 'audit' as const, reason: 'audit', mayReturn: false, final, dissents: [] };
    const found = (check: typeof NO_WORK.check, answers = {}) =>
      checkWork('audit', schema, [read], { ...NO_WORK, answers, check }, asked).map((fault) => fault.path);
    expect(found({ outcome: null, errorKind: null })).toEqual(['outcome']);
    expect(found({ outcome: 'agree', errorKind: null })).toEqual([]);
    expect(found({ outcome: 'disagree', errorKind: null }, { present: true })).toEqual([
      'errorKind',
      'present',
    ]);
    expect(found({ outcome: 'disagree', errorKind: 'extra' }, { present: false })).toEqual([]);
    const blind = { purpose: 'reread' as const, reason: null, mayReturn: false, final: null, dissents: [] };
    expect(checkWork('audit', schema, [], NO_WORK, blind).map((fault) => fault.path)).toEqual(['present']);
    expect(checkWork('audit', schema, [], { ...NO_WORK, answers: { present: true } }, blind)).toEqual([]);
  });

  test('R31: a rejection needs a reason of the list and evidence; a return says what to correct', () => {
    expect(checkWork('review', schema, [read], NO_WORK).map((fault) => fault.message)).toEqual([
      'Decide on Reader A.',
    ]);
    expect(codes({ outcome: 'reject', reason: null, comment: 'Copied.' })).toEqual(['reason_missing']);
    expect(codes({ outcome: 'reject', reason: 'no_effort', comment: ' ' })).toEqual(['evidence_missing']);
    expect(codes({ outcome: 'return', reason: null, comment: '' })).toEqual(['comment_missing']);
    expect(codes({ outcome: 'accept', reason: null, comment: '' })).toEqual([]);
  });

  test('R27: a return that was chosen before the batch began to close has to be decided otherwise', () => {
    const asked = { purpose: null, reason: 'share', final: null, dissents: [] };
    const found = (outcome: Decision['outcome'], mayReturn: boolean) =>
      checkWork(
        'review',
        schema,
        [read],
        { ...NO_WORK, decisions: { l1: { outcome, reason: null, comment: 'Look again.' } } },
        { ...asked, mayReturn },
      ).map((fault) => fault.code);
    expect(found('return', false)).toEqual(['return_not_possible']);
    expect(found('return', true)).toEqual([]);
    expect(found('accept', false)).toEqual([]);
  });

  test('R31: a return that was meant for an author who has left goes to somebody else, or is decided otherwise', () => {
    const gone = { ...read, isAuthorGone: true };
    const found = (to: 'author' | 'another') => {
      const decision = { outcome: 'return' as const, reason: null, comment: 'Look again.', to };
      return checkWork('review', schema, [gone], { ...NO_WORK, decisions: { l1: decision } }).map(
        (fault) => fault.code,
      );
    };
    expect(found('author')).toEqual(['author_left']);
    expect(found('another')).toEqual([]);
  });

  test('a fix needs the right answers, which are not those that were given', () => {
    const fix: Decision = { outcome: 'fix_accept', reason: null, comment: '' };
    expect(codes(fix)).toEqual(['required']);
    expect(codes(fix, { present: true })).toEqual(['nothing_fixed']);
    expect(codes(fix, { present: false })).toEqual([]);
  });
});
