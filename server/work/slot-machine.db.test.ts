import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { modelRun } from '#db/testing/model-run.ts';
import {
  type Act,
  CASES,
  EXAMPLES,
  MORE_CASES,
  READERS,
  rules,
  STANDINGS,
  type Step,
  step,
} from '#db/testing/slot-histories.ts';
import { type End, freshSlots, SlotModel, stateOf } from '#db/testing/slot-model.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { SECOND } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { addTasks } from './add-tasks.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { extendLease } from './extend-lease.ts';
import { joinBatch } from './join-batch.ts';
import { prioritiseCases } from './prioritise-cases.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { setStanding } from './set-standing.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

let t: TestDatabase;
/** One scene whose reads are anybody's, one of which half is kept for onshore readers. */
let scenes: { plain: WorkScene; shared: WorkScene };
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const plain = await makeWorkScene(t.db, { cases: CASES + MORE_CASES });
  const { clock, sponsorOrg, vendorOrg, sponsor } = plain;
  const shared = await makeWorkScene(t.db, {
    cases: CASES + MORE_CASES,
    clock,
    parties: { sponsorOrg, vendorOrg, sponsor },
    project: {
      locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 5000, onshoreCountry: 'US' },
    },
  });
  scenes = { plain, shared };
});
afterAll(() => t.drop());

const LEASE_SECONDS = 60;
/** With the three that are told beforehand; all of them run. */
const RUN = modelRun({ seed: 20261121, histories: 20 });

/** How often something happened, so that the histories are known to hold what they are meant to. */
const happened = new Map<string, number>();
const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);

/** A batch, its people, and what the model says of them. */
class World {
  private readonly scene: WorkScene;
  private readonly batchId: string;
  private readonly people: readonly OrgContext[];
  private readonly model: SlotModel;
  private added = 0;

  private constructor(of: {
    scene: WorkScene;
    batchId: string;
    people: readonly OrgContext[];
    model: SlotModel;
  }) {
    this.scene = of.scene;
    this.batchId = of.batchId;
    this.people = of.people;
    this.model = of.model;
  }

  static async make({ isShared, cap }: { isShared: boolean; cap: number | null }): Promise<World> {
    const scene = isShared ? scenes.shared : scenes.plain;
    const claimRules = cap === null ? {} : { maxReadsPerReader: cap };
    const caseIds = scene.dataset.cases.slice(0, CASES).map((one) => one.id);
    const batchId = await makeBatch(scene, { caseIds, overlap: 2, leaseSeconds: LEASE_SECONDS, claimRules });
    const slots = await freshSlots(t.sql, batchId);
    const people = await makeReaders(scene, batchId, READERS - 1);
    // The last reads from elsewhere: what is kept for onshore readers is not theirs.
    const made = await makeWorker(scene);
    people.push({ ...made, actor: { ...made.actor, country: 'IN' } });
    await joinBatch(people[READERS - 1]!, { batchId, tier: 'label' });
    const model = new SlotModel(slots, { mayHaveKept: [true, true, false], cap });
    return new World({ scene, batchId, people, model });
  }

  private now = () => this.scene.clock.now().getTime();
  private system = () =>
    systemContext({ db: t.db, clock: this.scene.clock, name: 'test', requestId: randomUUID() });

  async take(step: Step): Promise<void> {
    if (step.kind === 'race') return this.race(step.acts, step.isReclaimed);
    if (step.kind === 'act') return this.act(step.act);
    if (step.what === 'sleep') this.scene.clock.advance(25 * SECOND);
    else if (step.what === 'late') await this.submitLate(step.who, step.pick);
    else if (step.what === 'reclaim') await this.reclaim();
    else if (step.what === 'stand') await this.stand(step.who, STANDINGS[step.pick % 3]!);
    else if (step.what === 'grow') await this.grow();
    else {
      const name = this.scene.dataset.cases[step.pick % CASES]!.externalId;
      await prioritiseCases(this.scene.sponsor, { batchId: this.batchId, cases: [{ name, priority: 1 }] });
    }
  }

  /** One person alone does something with a case they hold, which goes through. */
  private async act(one: Act): Promise<void> {
    if (one.what === 'claim') return this.claimExactly(one.who, 1 + (one.pick % 3));
    const leaseId = this.leaseOf(one, true);
    if (leaseId === null) return;
    const end = await this.tryAct(one, leaseId);
    if (end !== null) this.model.end(one.who, leaseId, end);
    const left = this.model.person(one.who).held.get(leaseId);
    expect(left?.until).toBe(one.what === 'extend' ? this.fullLease() : undefined);
  }

  /** What somebody holds stays theirs, however they stand. */
  private async stand(of: number, to: (typeof STANDINGS)[number]): Promise<void> {
    const { personId } = this.people[of]!.actor;
    const input = { batchId: this.batchId, personId, tier: 'label' as const, from: STANDINGS, to };
    await transact(this.scene.sponsor, (tx) => setStanding(tx, { ...input, reason: null }));
    this.model.person(of).standing = to;
  }

  /** One case more, while leases are out. */
  private async grow(): Promise<void> {
    if (this.added === MORE_CASES) return;
    const name = this.scene.dataset.cases[CASES + this.added]!.externalId;
    const filter = { externalIds: [name] };
    expect(await addTasks(this.scene.sponsor, { batchId: this.batchId, filter })).toMatchObject({ added: 1 });
    this.added += 1;
    this.model.grow(await freshSlots(t.sql, this.batchId));
    note('grow');
  }

  private async reclaim(): Promise<void> {
    const over = this.model.ranOut(this.now());
    await reclaimLeases(this.system());
    for (const lease of over) this.model.end(lease.who, lease.leaseId, 'expired');
  }

  private fullLease = () => this.now() + LEASE_SECONDS * SECOND;

  private leaseOf(one: Act, isLive: boolean): string | null {
    const held = [...this.model.person(one.who).held.values()];
    const some = isLive ? held.filter((lease) => lease.until > this.now()) : held;
    return some[one.pick % Math.max(1, some.length)]?.leaseId ?? null;
  }

  private async claim(of: number, limit: number) {
    const { leases, reasons } = await claimNextTasks(this.people[of]!, {
      batchId: this.batchId,
      tier: 'label',
      limit,
    });
    expect(leases.length).toBeLessThanOrEqual(limit);
    expect(reasons.length).toBe(leases.length === 0 ? 1 : 0);
    return { leases, reason: reasons[0]?.code };
  }

  private async give(of: number, leases: readonly { leaseId: string; leaseUntil: Date }[]): Promise<void> {
    const rows = await t.sql`select lease_id as "leaseId", task_id as "taskId", slot_no as "slotNo" from slots
      where batch_id = ${this.batchId} and lease_id = any(${leases.map((lease) => lease.leaseId)}::uuid[])`;
    expect(rows.length).toBe(leases.length);
    for (const lease of leases) {
      const { taskId, slotNo } = rows.find((row) => row.leaseId === lease.leaseId) as unknown as {
        taskId: string;
        slotNo: number;
      };
      expect(lease.leaseUntil.getTime()).toBe(this.fullLease());
      this.model.give(of, { leaseId: lease.leaseId, until: lease.leaseUntil.getTime(), taskId, slotNo });
    }
  }

  /**
   * Nobody else is at it: who asks until they have what they want, or are told that there is no more, has exactly what they may have, and
   * is told why. One answer may hold less than there is (a claim looks into one lane), but is never empty while there is some.
   */
  private async claimExactly(of: number, limit: number): Promise<void> {
    const expected = Math.min(limit, this.model.mayHave(of));
    let got = 0;
    for (let asked = 0; got < limit; asked += 1) {
      const { leases, reason } = await this.claim(of, limit - got);
      await this.give(of, leases);
      got += leases.length;
      if (reason === 'work.searching') expect(asked).toBeLessThan(20);
      else if (leases.length === 0) {
        expect(reason).toBe(this.model.whyNothing(of));
        note(reason!);
        break;
      }
    }
    expect(got).toBe(expected);
    if (got > 0) note('claim');
  }

  /** What came of a lease by this act; null when nothing did. */
  private async tryAct({ who: of, what }: Act, leaseId: string): Promise<End | null> {
    const person = this.people[of]!;
    const { batchId } = this;
    try {
      if (what === 'submit') {
        const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 100 };
        await submitLabel(person, { batchId, leaseId, ...label });
        return 'submitted';
      }
      if (what === 'skip') {
        await skipTask(person, { batchId, leaseId, reason: 'other' });
        return 'skipped';
      }
      if (what === 'release') {
        const { released } = await releaseLeases(person, { batchId, leaseIds: [leaseId] });
        return released === 1 ? 'released' : null;
      }
      const [kept] = await extendLease(person, { batchId, leaseIds: [leaseId] });
      const lease = this.model.person(of).held.get(leaseId);
      if (kept?.leaseUntil && lease) lease.until = kept.leaseUntil.getTime();
      return null;
    } catch (error) {
      if (!(error instanceof AppError) || !['lease_over', 'lease_unknown'].includes(error.reason))
        throw error;
      return null;
    }
  }

  /** A submit under a lease that is over is refused, and what was in it is kept unless the case was skipped: it does not come back. */
  private async submitLate(of: number, at: number): Promise<void> {
    const { held, lost, passedOn } = this.model.person(of);
    const over = [...held.values()]
      .filter((lease) => lease.until <= this.now())
      .map((lease) => lease.leaseId);
    const gone = [...lost, ...over];
    const leaseId = gone[at % Math.max(1, gone.length)];
    if (leaseId === undefined) return;
    const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 100 };
    const kept = () =>
      t.sql`select answers from drafts where batch_id = ${this.batchId} and lease_id = ${leaseId}`;
    const before = await kept();
    const late = submitLabel(this.people[of]!, { batchId: this.batchId, leaseId, ...label });
    await expect(late).rejects.toMatchObject({ reason: 'lease_over' });
    expect(await kept()).toEqual(passedOn.has(leaseId) ? before : [{ answers: label.answers }]);
    note('late');
  }

  /**
   * All at once. Of a lease that holds exactly one thing comes, whatever is tried with it; afterwards everything is accounted for. A skip
   * that is sent twice is no failure, and counts once.
   */
  private async race(acts: readonly Act[], isReclaimed: boolean): Promise<void> {
    const started = acts.map((one) => ({
      one,
      leaseId: one.what === 'claim' ? null : this.leaseOf(one, false),
    }));
    const live = new Set(
      this.model.people.flatMap(({ held }) =>
        [...held.values()].filter((lease) => lease.until > this.now()).map((lease) => lease.leaseId),
      ),
    );
    const reclaim = isReclaimed ? reclaimLeases(this.system()) : null;
    const done = await Promise.all(
      started.map(async ({ one, leaseId }) => {
        const leases = one.what === 'claim' ? (await this.claim(one.who, 1 + (one.pick % 3))).leases : [];
        return { one, leaseId, leases, end: leaseId === null ? null : await this.tryAct(one, leaseId) };
      }),
    );
    await reclaim;
    for (const leaseId of new Set(done.flatMap((act) => act.leaseId ?? []))) {
      const tried = done.filter((act) => act.leaseId === leaseId && act.one.what !== 'extend');
      const skip = tried.find((act) => act.end === 'skipped');
      const ends = tried.filter((act) => act.end !== null && (act.end !== 'skipped' || act === skip));
      if (live.has(leaseId)) expect(ends.length).toBe(Math.min(1, tried.length));
      else expect(ends.filter((act) => act.end === 'submitted')).toEqual([]);
      expect(ends.length).toBeLessThanOrEqual(1);
      for (const { one, end } of ends) this.model.end(one.who, leaseId, end!);
      if (tried.length > 1) note('contended');
    }
    // What ran out was taken back, save what somebody held at that moment: the next sweep takes it.
    if (isReclaimed) {
      const out =
        await t.sql`select lease_id from slots where batch_id = ${this.batchId} and status = 'leased'`;
      const stillOut = new Set(out.map((row) => row.lease_id as string));
      for (const { who: of, leaseId } of this.model.ranOut(this.now()))
        if (!stillOut.has(leaseId)) this.model.end(of, leaseId, 'expired');
    }
    for (const { one, leases } of done) await this.give(one.who, leases);
    await this.expectAsModelled();
    note('race');
  }

  async expectAsModelled(): Promise<void> {
    const ids = this.people.map((one) => one.actor.personId);
    expect(await stateOf(t.sql, this.batchId, ids)).toEqual(this.model.state());
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  }

  /** Nothing is lost: once nobody holds anything, the people can still have everything that the model says, and no more. */
  async readOut(): Promise<void> {
    this.scene.clock.advance(2 * LEASE_SECONDS * SECOND);
    await this.reclaim();
    for (const of of this.people.keys()) {
      await this.stand(of, 'active');
      await this.claimExactly(of, 3);
    }
    await this.expectAsModelled();
  }
}

test(
  'whatever readers do in whatever order, or at once, the slots do what a simple model of them says',
  async () => {
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { minLength: 10, maxLength: 40 }), async (rule, steps) => {
        const world = await World.make(rule);
        for (const one of steps) await world.take(one);
        await world.expectAsModelled();
        await world.readOut();
        histories += 1;
      }),
      { ...RUN.parameters, examples: EXAMPLES },
    );
    expect(histories).toBe(RUN.parameters.numRuns);
    const reasons = ['cap.reads', 'work.held', 'work.all_seen', 'reader.paused', 'reader.calibration_only'];
    for (const what of ['claim', 'race', 'contended', 'late', 'grow', ...reasons])
      expect([what, (happened.get(what) ?? 0) > 0]).toEqual([what, true]);
  },
  RUN.timeoutMs,
);
