import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeBatch, makeWorker } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { SECOND } from '#server/core/clock.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { countMoreReserve } from '#server/work/more-reads.ts';
import { prioritiseCases } from '#server/work/prioritise-cases.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { setStanding } from '#server/work/set-standing.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { activeMs, grade, LEASE_SECONDS, type Made, said } from './slot-desk.ts';
import { type Act, CASES, MORE_CASES, READERS, STANDINGS, type Step } from './slot-histories.ts';
import { freshSlots, SlotModel } from './slot-model.ts';
import { SlotRace } from './slot-race.ts';

const SLEEP_SECONDS = 50;
/** Who is engaged no more is told so by the next look at them, a minute after the last at the latest. */
const LOOK_SECONDS = 61;

/** A batch, its people, and what the model says of them, step by step. */
export class SlotWorld extends SlotRace {
  private added = 0;

  /** A batch of its own cases: what is shut in one stays so. */
  static async make(made: Made, cap: number | null): Promise<SlotWorld> {
    const { scene: of, t } = made;
    const { sponsorOrg, sponsor, project, clock } = of;
    const dataset = await makeDataset(t.db, {
      ...{ projectId: project.id, orgId: sponsorOrg.id, createdBy: sponsor.actor.personId },
      ...{ cases: CASES + MORE_CASES, clock },
    });
    const scene = { ...of, dataset };
    const claimRules = cap === null ? {} : { maxReadsPerReader: cap };
    const caseIds = dataset.cases.slice(0, CASES).map((one) => one.id);
    const batchId = await makeBatch(scene, { caseIds, overlap: 2, leaseSeconds: LEASE_SECONDS, claimRules });
    // What the gate takes is paid besides the reads that were reserved for (R27, R29).
    await transact(sponsor, async (tx) => {
      const more = { batchId, projectId: project.id, amountMinor: 100_000n, currency: 'USD' as const };
      await reserveBatchFunds(tx, more);
      await countMoreReserve(tx.db, more);
    });
    const slots = await freshSlots(t.sql, batchId);
    const people: OrgContext[] = [];
    const model = new SlotModel(slots, { mayHaveKept: [true, true, false], cap });
    const world = new SlotWorld({ ...made, scene, batchId, people, model });
    for (let n = 0; n < READERS; n += 1) {
      const { actor, ...person } = await makeWorker(scene);
      // The last reads from elsewhere: what is kept for onshore readers is not theirs.
      const who = { ...person, actor: n === READERS - 1 ? { ...actor, country: 'IN' } : actor };
      await world.gates.giveCredential(who);
      await joinBatch(who, { batchId, tier: 'label' });
      people.push(who);
    }
    return world;
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'race') return this.race(step.acts, step.isReclaimed);
    if (step.kind === 'act') return this.act(step.act);
    if (step.kind === 'gate') return this.gate(step);
    if (step.what === 'sleep') this.scene.clock.advance(SLEEP_SECONDS * SECOND);
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
    const { until, claimedAt } = this.model.person(one.who).held.get(leaseId)!;
    const { end } = await this.tryAct(one, leaseId);
    if (end === 'submitted') this.model.wrote(Math.min(activeMs(one), this.now() - claimedAt));
    if (end !== null) this.model.end(one.who, leaseId, end);
    if (one.what === 'save')
      this.model.put(one.who, leaseId, { answers: grade(one), activeMs: activeMs(one), now: this.now() });
    const left = this.model.person(one.who).held.get(leaseId);
    // Who is stopped finishes within the lease as it stands (R26).
    const isActive = this.model.person(one.who).standing === 'active';
    const extended = one.what === 'extend' && isActive ? this.fullLease() : until;
    expect(left?.until).toBe(one.what === 'extend' || one.what === 'save' ? extended : undefined);
  }

  /** The gate shuts to a case or to somebody, or opens again. */
  private async gate({ who: of, pick, what }: Step & { kind: 'gate' }): Promise<void> {
    const { model, batchId } = this;
    const who = this.people[of]!;
    const { refused } = model.person(of);
    if (what === 'report' || what === 'report late') return this.report(of, pick, what === 'report late');
    if (what === 'desk') {
      const reports = model.openReports();
      const report = reports[pick % Math.max(1, reports.length)];
      if (report === undefined) return;
      const outcome = pick % 4 === 0 ? ('confirmed' as const) : ('false_alarm' as const);
      model.close(report, outcome);
      const { isOpenAgain } = await this.gates.closeReport({ ...report, batchId }, outcome);
      expect(isOpenAgain).toBe(!model.isShut(report.taskId));
    } else if (what === 'take') {
      expect(await this.gates.take({ batchIds: [batchId], personIds: [who.actor.personId] })).toBe(
        model.person(of).held.size,
      );
      model.take({ who: of });
    } else if (what === 'agreement') {
      const { vendorOrg, dataset } = this.scene;
      await this.gates.take({ viaOrgIds: [vendorOrg.id], datasetIds: [dataset.id] });
      model.take({});
    } else if (what === 'credential') {
      if (refused.delete('credential.not_in_force')) await this.gates.giveCredential(who);
      else {
        await this.gates.revokeCredential(who);
        model.take({ who: of });
        refused.add('credential.not_in_force');
      }
    } else if (refused.delete('engagement.missing')) await this.gates.engage(who);
    else {
      // What is out is finished and paid (R27).
      await this.gates.endEngagement(who);
      this.scene.clock.advance(LOOK_SECONDS * SECOND);
      refused.add('engagement.missing');
    }
    this.note(what);
    await this.expectState();
  }

  /** Of a case that is held, or of one that was: that shuts it as well, and pays nothing more (R24). */
  private async report(of: number, pick: number, isLate: boolean): Promise<void> {
    const { model } = this;
    const { held, caseOf } = model.person(of);
    const own = isLate ? [...caseOf.keys()].filter((id) => !held.has(id)) : [...held.keys()];
    const leaseId = own[pick % Math.max(1, own.length)];
    if (leaseId === undefined) return;
    const taskId = caseOf.get(leaseId)!;
    const { flagId, isHeld } = await this.gates.report(this.people[of]!, { batchId: this.batchId, leaseId });
    expect(isHeld).toBe(!isLate);
    model.take({ taskId, finder: isLate ? null : of });
    if (!isLate || !this.isKnown(taskId, flagId)) model.report(taskId, flagId);
    this.note(isLate ? 'report late' : 'report');
    await this.expectState();
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
    this.model.grow(await freshSlots(this.t.sql, this.batchId));
    this.note('grow');
  }

  private async reclaim(): Promise<void> {
    const over = this.model.ranOut(this.now());
    await reclaimLeases(this.system());
    for (const lease of over) this.model.end(lease.who, lease.leaseId, 'expired');
  }

  /**
   * A submit under a lease that is over is refused, and what was in it is kept, unless the case does not come back: it was skipped, or the
   * gate took it, whose draft is sealed (R27).
   */
  private async submitLate(of: number, at: number): Promise<void> {
    const { held, lost, passedOn, sealed } = this.model.person(of);
    const over = [...held.values()]
      .filter((lease) => lease.until <= this.now())
      .map((lease) => lease.leaseId);
    const gone = [...lost, ...over];
    const leaseId = gone[at % Math.max(1, gone.length)];
    if (leaseId === undefined) return;
    const one = { who: of, pick: at, what: 'submit' as const };
    const late = submitLabel(this.people[of]!, {
      ...{ batchId: this.batchId, leaseId, labelId: randomUUID() },
      ...said(one),
    });
    const reason = sealed.has(leaseId) ? 'lease_revoked' : 'lease_over';
    await expect(late).rejects.toMatchObject({ reason });
    if (!passedOn.has(leaseId) && !sealed.has(leaseId))
      this.model.put(of, leaseId, { answers: grade(one), activeMs: activeMs(one), now: this.now() });
    await this.expectState();
    this.note(reason);
  }

  /** Nothing is lost: once nobody holds anything, the people can still have everything that the model says, and no more. */
  async readOut(): Promise<void> {
    this.scene.clock.advance(2 * LEASE_SECONDS * SECOND);
    await this.reclaim();
    for (const report of this.model.openReports()) {
      this.model.close(report, 'false_alarm');
      await this.gates.closeReport({ ...report, batchId: this.batchId }, 'false_alarm');
    }
    for (const of of this.people.keys()) {
      const { refused } = this.model.person(of);
      if (refused.delete('credential.not_in_force')) await this.gates.giveCredential(this.people[of]!);
      if (refused.delete('engagement.missing')) await this.gates.engage(this.people[of]!);
      await this.stand(of, 'active');
      await this.claimExactly(of, 3);
    }
    await this.expectAsModelled();
  }
}
