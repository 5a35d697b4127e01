import { expect } from 'vitest';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { countMoreReserve } from '#server/work/more-reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import type { Tier } from '#server/work/rules.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { CAP, type CaseAct, CaseDesk, type Made, PEOPLE } from './case-desk.ts';
import type { CaseSlot } from './case-model.ts';

const CASES = 7;
const AUDIT = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
/** What is done with a lease. */
const OF_LEASES: readonly string[] = ['hand in', 'give back', 'skip', 'report'];
/** What an act is refused with that came too late, or for a case that has changed meanwhile. */
const TOO_LATE = [
  ...['lease_over', 'lease_unknown', 'lease_revoked', 'labels_changed', 'label_decided', 'label_not_found'],
  ...['incident_closed', 'answers_invalid'],
];

/** A batch whose cases go through all tiers, its people, and what the model says of them. */
export class CaseWorld extends CaseDesk {
  static async make(given: Made, isReviewed: boolean): Promise<CaseWorld> {
    const { project, sponsorOrg, sponsor, clock } = given.scene;
    const dataset = await makeDataset(given.t.db, {
      ...{
        projectId: project.id,
        orgId: sponsorOrg.id,
        createdBy: sponsor.actor.personId,
        cases: CASES,
        clock,
      },
    });
    const of = { ...given, scene: { ...given.scene, dataset } };
    const batchId = await makeBatch(of.scene, {
      ...{ overlap: 2, leaseSeconds: 60, isAdjudicated: true, audit: AUDIT, pricePerReviewMinor: 40n },
      ...{ claimRules: { maxReadsPerReader: CAP }, reviewShareBasisPoints: isReviewed ? 10_000 : 0 },
    });
    // Reviews, checks and decisions that come again, and what the gate takes, are paid besides what was reserved (R27, R29).
    await transact(sponsor, async (tx) => {
      const more = { batchId, projectId: project.id, amountMinor: 100_000n, currency: 'USD' as const };
      await reserveBatchFunds(tx, more);
      await countMoreReserve(tx.db, more);
    });
    const people: OrgContext[] = [];
    for (const tier of PEOPLE) people.push(...(await makeReaders(of.scene, batchId, 1, tier)));
    const world = new CaseWorld(of, { batchId, people, isReviewed });
    await world.settleJob();
    await world.adopt();
    return world;
  }

  private settleJob = () => settleTasks(this.system(), { batchId: this.batchId });
  async take(act: CaseAct): Promise<void> {
    await this.act(act);
    if (!(await this.isOver())) await this.expectAsModelled();
  }

  /** Where every case that waits for reads is shut, the batch has come to its end by itself; `finish` goes on from there. */
  async isOver(): Promise<boolean> {
    return (await getBatch(this.of.t.db, this.batchId)).status !== 'open';
  }

  /** One thing at a time, of which the model says what comes of it. */
  private async act(act: CaseAct): Promise<void> {
    this.tick();
    const { model, batchId } = this;
    const { what, pick } = act;
    if (OF_LEASES.includes(what)) await this.holdSomething(act);
    const slot = this.leaseOf(act);
    const leaseId = slot?.leaseId ?? '';
    if (what === 'claim') return this.claimExactly(act.who);
    if (what === 'late') return this.late(act);
    if (what === 'settle') return this.settle();
    if (what === 'round') return this.round(pick);
    const who = OF_LEASES.includes(what) ? (slot?.holder ?? act.who) : act.who;
    const person = this.people[who]!;
    if (what === 'sleep') this.of.scene.clock.advance(25_000);
    else if (what === 'reclaim') await this.reclaim();
    else if (what === 'take') {
      await this.gates.take({ batchIds: [batchId], personIds: [person.actor.personId] });
      for (const one of model.heldBy(who)) model.lose(who, one.leaseId!, 'revoked');
    } else if (what === 'desk') await this.desk(pick);
    else if (what === 'reject') await this.reject(pick);
    else if (slot === undefined) return;
    else if (what === 'give back') {
      await releaseLeases(person, { batchId, leaseIds: [leaseId] });
      model.lose(who, leaseId, 'closed');
    } else if (what === 'skip') {
      await skipTask(person, { batchId, leaseId, reason: 'other' });
      model.lose(who, leaseId, 'skipped');
    } else if (what === 'report') {
      const { flagId, isHeld } = await this.gates.report(person, { batchId, leaseId });
      expect(isHeld).toBe(true);
      model.report(slot.taskId, flagId);
      const [paid] = await this.of.t.sql`select paid_minor = t.price_minor as "isFull" from slot_releases x
        join terms t on t.batch_id = x.batch_id and t.annotator_id = x.annotator_id and t.tier = x.tier
        where x.batch_id = ${batchId} and x.lease_id = ${leaseId}`;
      expect(paid).toEqual({ isFull: true });
    } else await this.handIn({ ...act, who }, slot);
    this.of.note(OF_LEASES.includes(what) ? `${what} ${slot?.tier}` : what);
  }

  /** Where nothing is out somebody takes a case first, if anybody may. */
  private async holdSomething(act: CaseAct): Promise<void> {
    if (this.leaseOf(act) !== undefined) return;
    const all = [...this.people.keys()];
    const who = [...all.slice(act.who), ...all].find((one) => this.model.mayHave(one).length > 0);
    if (who !== undefined) await this.claimExactly(who);
  }

  private async settle(): Promise<void> {
    await this.settleJob();
    this.model.settle();
  }

  /** Work goes on: everybody takes what they may, and most hand it in. */
  private async round(pick: number): Promise<void> {
    await this.settle();
    for (const who of this.people.keys()) await this.claimExactly(who);
    for (const who of this.people.keys()) {
      const [slot] = this.model.heldBy(who).filter((one) => one.until! > this.now());
      if (slot === undefined || (pick + who) % 4 === 0) continue;
      await this.handIn({ who, what: 'hand in', pick: pick + who * who }, slot);
      this.of.note(`hand in ${slot.tier}`);
    }
  }

  private async reclaim(): Promise<void> {
    await reclaimLeases(this.system());
    for (const who of this.people.keys())
      for (const slot of this.model.heldBy(who))
        if (slot.until! <= this.now()) this.model.lose(who, slot.leaseId!, 'expired');
  }

  private reportOf(pick: number) {
    const open = [...this.model.state.reports].flatMap(([taskId, flags]) =>
      [...flags].map((flagId) => ({ taskId, flagId })),
    );
    return open[pick % Math.max(1, open.length)];
  }
  private async desk(pick: number): Promise<void> {
    const report = this.reportOf(pick);
    if (report === undefined) return;
    const outcome = pick % 5 === 0 ? ('confirmed' as const) : ('false_alarm' as const);
    await this.gates.closeReport({ ...report, batchId: this.batchId }, outcome);
    this.model.close(report.taskId, report.flagId, outcome);
  }

  private async reject(pick: number): Promise<void> {
    const reads = this.model.state.slots.filter(
      (slot) => slot.tier === 'label' && slot.status === 'submitted',
    );
    const read = reads[pick % Math.max(1, reads.length)];
    if (read === undefined) return;
    await this.sponsorRejects(read.labelId!);
    this.model.refuse(read);
  }
  private sponsorRejects = (labelId: string) =>
    rejectLabel(this.of.scene.sponsor, {
      ...{ batchId: this.batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' },
    });

  /**
   * All at once, in an order that nobody knows. Of a case that was reported nothing is out, nor of what somebody held whose leases were
   * taken; what was taken in is there. The model goes on from what came of it.
   */
  async race(acts: readonly CaseAct[]): Promise<void> {
    const { batchId } = this;
    // So that there is something to go for.
    for (const who of this.people.keys()) if ((who + acts.length) % 2 === 0) await this.claimExactly(who);
    this.tick();
    const before = this.model.state.slots.filter((slot) => slot.status === 'leased');
    const done = await Promise.all(
      acts.map(async (act) => {
        const slot = this.leaseOf(act, false);
        try {
          const sent = await this.raced(act, slot);
          this.of.note(`race: ${act.what}`);
          return { act, slot, sent };
        } catch (error) {
          if (!(error instanceof AppError) || !TOO_LATE.includes(error.reason)) throw error;
          this.of.note('refused in a race');
          return { act, slot, sent: null };
        }
      }),
    );
    await this.adopt();
    const { slots } = this.model.state;
    for (const slot of slots)
      if (slot.status === 'leased') expect(this.model.isShut(slot.taskId)).toBe(false);
    const taken = new Set(acts.filter((act) => act.what === 'take').map((act) => act.who));
    const out = new Set(slots.filter((slot) => slot.status === 'leased').map((slot) => slot.leaseId));
    for (const was of before)
      if (taken.has(was.holder!)) expect([was.leaseId, out.has(was.leaseId)]).toEqual([was.leaseId, false]);
    for (const { sent } of done) {
      if (sent === null) continue;
      const rows = await this.of.t.sql`select 1 from labels where batch_id = ${batchId} and id = ${sent}`;
      expect(rows).toHaveLength(1);
    }
    this.of.note('race');
  }
  /** The id of what was handed in, where something was. */
  private async raced(act: CaseAct, slot: CaseSlot | undefined): Promise<string | null> {
    const { batchId } = this;
    const { what, pick } = act;
    const who = OF_LEASES.includes(what) ? (slot?.holder ?? act.who) : act.who;
    const person = this.people[who]!;
    if (what === 'claim') {
      await claimNextTasks(person, { batchId, tier: this.tiers[who]!, limit: 1 });
    } else if (what === 'settle') await this.settleJob();
    else if (what === 'take') {
      await this.gates.take({ batchIds: [batchId], personIds: [person.actor.personId] });
    } else if (what === 'reclaim') await reclaimLeases(this.system());
    else if (what === 'desk') {
      const report = this.reportOf(pick);
      const outcome = pick % 5 === 0 ? ('confirmed' as const) : ('false_alarm' as const);
      if (report) await this.gates.closeReport({ flagId: report.flagId, batchId }, outcome);
    } else if (what === 'reject') {
      const reads = this.model.state.slots.filter(
        (one) => one.tier === 'label' && one.status === 'submitted',
      );
      const read = reads[pick % Math.max(1, reads.length)];
      if (read) await this.sponsorRejects(read.labelId!);
    } else if (slot !== undefined) {
      const leaseId = slot.leaseId!;
      if (what === 'hand in') return (await this.send({ ...act, who }, slot)).labelId;
      if (what === 'report') await this.gates.report(person, { batchId, leaseId });
      else if (what === 'skip') await skipTask(person, { batchId, leaseId, reason: 'other' });
      else if (what === 'give back') await releaseLeases(person, { batchId, leaseIds: [leaseId] });
    }
    return null;
  }

  /** Somebody more at a tier, to whom no case is shut yet. */
  async addPerson(tier: Tier): Promise<number> {
    this.people.push(...(await makeReaders(this.of.scene, this.batchId, 1, tier)));
    this.tiers.push(tier);
    await this.adopt();
    return this.people.length - 1;
  }

  /** Everything comes to its end: incidents are looked into, the batch is closed, and whoever is engaged does what is left. */
  async finish(): Promise<void> {
    const { batchId } = this;
    await this.adopt();
    for (let report = this.reportOf(1); report; report = this.reportOf(1)) await this.desk(1);
    if (!(await this.isOver()))
      await closeBatch(this.of.scene.sponsor, { batchId, reason: 'Enough is read.' });
    this.of.scene.clock.advance(10 * 60_000);
    await reclaimLeases(this.system());
    for (let turn = 0; turn < 12; turn += 1) {
      await this.settleJob();
      if ((await getBatch(this.of.t.db, batchId)).status === 'settled') break;
      await this.adopt();
      const { slots } = this.model.state;
      for (const tier of ['review', 'audit', 'adjudicate'] as const) {
        if (!slots.some((slot) => slot.tier === tier && slot.status === 'open')) continue;
        const who = await this.addPerson(tier);
        for (let n = 0; n < CASES; n += 1) {
          const claimed = await claimNextTasks(this.people[who]!, { batchId, tier, limit: 1 });
          const leaseId = claimed.leases[0]?.leaseId;
          if (leaseId === undefined) break;
          await this.send(
            { who, what: 'hand in', pick: 7 },
            { taskId: await this.taskOf(leaseId), tier, leaseId },
          );
        }
      }
    }
    expect((await getBatch(this.of.t.db, batchId)).status).toBe('settled');
    await this.adopt();
    const { slots, tasks } = this.model.state;
    // Nothing is out or waits, and every read that was not rejected is paid.
    expect(slots.filter((slot) => ['leased', 'submitted'].includes(slot.status))).toEqual([]);
    for (const [taskId, task] of tasks)
      if (!this.model.isShut(taskId)) expect(['final', 'open']).toContain(task.status);
  }
}
