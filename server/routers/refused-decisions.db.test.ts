import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { wholeContent } from '#db/testing/whole-content.ts';
import { rejectInput } from '#server/labels/schemas.ts';
import { createCaller } from './_app.ts';

const REASONS = ['no_effort', 'protocol_rule_broken', 'wrong_case', 'not_own_work', 'duplicate'];
const REJECT = { outcome: 'reject', reason: 'wrong_case', comment: 'Describes another biopsy.' };
const RETURN = { outcome: 'return', comment: 'Look at the lower left.' };
const NEEDS = 'A rejection needs a reason from the list and its evidence (R31).';
const TELL = 'Tell the author what to correct.';
/** zod’s own words for what is off a closed list; they name it. */
const OFF_THE_LIST = expect.stringContaining('wrong_case');

/** What a client sends, whatever its types say. */
type Sent = Record<string, unknown>;

/*
 * The pages ask for a reason and evidence before they send anything; here it is sent without them, as by a page of one’s own.
 */
describe('R31: what is refused by the server itself, with nothing changed', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  /** The refusal of what was sent, after which the whole database is as it was before. */
  async function refused(
    send: () => Promise<unknown>,
    issue: { path: (string | number)[]; message: unknown },
  ) {
    const before = await wholeContent(t);
    await expect(send()).rejects.toMatchObject({ code: 'BAD_REQUEST', cause: { issues: [issue] } });
    expect(await wholeContent(t)).toEqual(before);
  }

  describe('of a review', () => {
    let send: (decision: Sent) => Promise<unknown>;
    beforeAll(async () => {
      const caseIds = casesOf(scene, 1);
      const batchId = await makeBatch(scene, { caseIds, overlap: 1, reviewShareBasisPoints: 10_000 });
      const [author] = await makeReaders(scene, batchId, 1);
      const decided = await at.read(author!, batchId, '1');
      await at.settle(batchId);
      const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
      const { leaseId } = (await at.claim(reviewer!, batchId, 'review'))!;
      const { labels } = createCaller({ command: reviewer! });
      const { receipt } = await labels.reviewCase({ batchId, leaseId });
      const circumstances = { batchId, leaseId, receipt, labelId: randomUUID(), activeMs: 1 };
      send = (decision) => {
        const decisions = [{ labelId: decided, ...decision }];
        return labels.submitReview({ ...circumstances, decisions } as Parameters<
          typeof labels.submitReview
        >[0]);
      };
    });

    test.each([
      ['a rejection without a reason', { ...REJECT, reason: undefined }, 'reason', NEEDS],
      ['a rejection whose reason is nothing', { ...REJECT, reason: null }, 'reason', NEEDS],
      ['a rejection without evidence', { ...REJECT, comment: undefined }, 'reason', NEEDS],
      ['a rejection whose evidence is empty', { ...REJECT, comment: '' }, 'reason', NEEDS],
      ['a rejection whose evidence is blank', { ...REJECT, comment: ' \n ' }, 'reason', NEEDS],
      ['a rejection for disagreement', { ...REJECT, reason: 'disagreement' }, 'reason', OFF_THE_LIST],
      ['a rejection for a missed gold', { ...REJECT, reason: 'missed_gold' }, 'reason', OFF_THE_LIST],
      ['a return without a comment', { ...RETURN, comment: undefined }, 'comment', TELL],
      ['a return with a blank comment', { ...RETURN, comment: '  ' }, 'comment', TELL],
    ] as const)('%s', async (_, decision: Sent, field, message) => {
      await refused(() => send(decision), { path: ['decisions', 0, field], message });
    });

    test('with a reason and evidence the same review goes through', async () => {
      await expect(send(REJECT)).resolves.toMatchObject({ isReplay: false });
    });
  });

  describe('of the sponsor', () => {
    let send: (over: Sent) => Promise<unknown>;
    beforeAll(async () => {
      const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 1), overlap: 1 });
      const [author] = await makeReaders(scene, batchId, 1);
      const labelId = await at.read(author!, batchId, '1');
      const { labels } = createCaller({ command: scene.sponsor });
      const whole = { batchId, labelId, reason: 'no_effort', evidence: 'Submitted in 0.2 s.' };
      send = (over) => labels.reject({ ...whole, ...over } as Parameters<typeof labels.reject>[0]);
    });

    test.each([
      ['empty evidence', { evidence: '' }, 'evidence', 'Say what shows it.'],
      ['blank evidence', { evidence: ' \n ' }, 'evidence', 'Say what shows it.'],
      ['no evidence', { evidence: undefined }, 'evidence', expect.any(String)],
      ['no reason', { reason: undefined }, 'reason', 'Choose why it is rejected.'],
      ['disagreement as its reason', { reason: 'disagreement' }, 'reason', 'Choose why it is rejected.'],
    ] as const)('a rejection with %s', async (_, over: Sent, field, message) => {
      await refused(() => send(over), { path: [field], message });
    });

    test('with a reason and evidence the same rejection goes through', async () => {
      await expect(send({})).resolves.toEqual({ ok: true });
    });
  });

  test('the list of reasons is that of R31 and no longer', () => {
    expect([...rejectInput.shape.reason.options].sort()).toEqual([...REASONS].sort());
  });
});
