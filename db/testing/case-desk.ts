import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { CaseModel, type CaseSlot, casesOf } from './case-model.ts';
import type { TestDatabase } from './database.ts';
import { Gates } from './slot-gates.ts';

/** Of most tiers more than one, so that somebody is left when the gate has taken a case from another. */
export const PEOPLE: readonly Tier[] = [
  ...(['label', 'label', 'label', 'label'] as const),
  ...(['review', 'audit', 'audit', 'adjudicate', 'adjudicate'] as const),
];
/** First reads that one person makes at most: fewer together than would read every case, so that one stays open. */
export const CAP = 3;

export type CaseAct = { who: number; what: (typeof CASE_ACTS)[number]; pick: number };
export const CASE_ACTS = [
  ...['claim', 'hand in', 'give back', 'skip', 'late'],
  ...['report', 'report', 'desk', 'desk', 'take', 'reject', 'settle', 'sleep', 'reclaim', 'round'],
] as const;

export type Made = { t: TestDatabase; scene: WorkScene; operator: OrgContext; note: (what: string) => void };

/** People of all tiers of a batch as they take work and hand it in, and what the model says of it. */
export abstract class CaseDesk {
  protected readonly of: Made;
  protected readonly batchId: string;
  protected readonly people: OrgContext[];
  protected readonly tiers: Tier[];
  protected readonly gates: Gates;
  protected readonly rule: { isReviewed: boolean; cap: number };
  protected model!: CaseModel;

  constructor(of: Made, made: { batchId: string; people: OrgContext[]; isReviewed: boolean }) {
    this.of = of;
    this.batchId = made.batchId;
    this.people = made.people;
    this.tiers = [...PEOPLE];
    this.rule = { isReviewed: made.isReviewed, cap: CAP };
    this.gates = new Gates({ ...of, system: this.system });
  }

  /** No two things happen at one instant, save in a race: what came first is told by the clock. */
  protected tick = () => this.of.scene.clock.advance(1);
  protected now = () => this.of.scene.clock.now().getTime();
  protected system = () =>
    systemContext({ db: this.of.t.db, clock: this.of.scene.clock, name: 'test', requestId: randomUUID() });
  protected read = () =>
    casesOf(
      this.of.t.sql,
      this.batchId,
      this.people.map((one, i) => ({ personId: one.actor.personId, tier: this.tiers[i]! })),
    );

  /** The model begins anew with what is there. */
  protected async adopt(): Promise<void> {
    this.model = new CaseModel(await this.read(), this.rule);
  }

  async expectAsModelled(): Promise<void> {
    expect(new CaseModel(await this.read(), this.rule).said()).toEqual(this.model.said());
  }

  /** What is done with a lease is done by whoever holds one: by `who` where they do, else by another. */
  protected leaseOf({ who, pick }: CaseAct, isLive = true): CaseSlot | undefined {
    const out = this.model.state.slots.filter(
      (slot) => slot.status === 'leased' && (!isLive || slot.until! > this.now()),
    );
    const own = out.filter((slot) => slot.holder === who);
    const some = own.length > 0 ? own : out;
    return some[pick % Math.max(1, some.length)];
  }

  /** Who asks alone, until they have one or are told that there is none, has one exactly when the model says so. */
  protected async claimExactly(who: number): Promise<void> {
    this.tick();
    const { batchId, model } = this;
    const tier = this.tiers[who]!;
    const may = model.mayHave(who);
    for (let asked = 0; asked < 20; asked += 1) {
      const claimed = await claimNextTasks(this.people[who]!, { batchId, tier, limit: 1 });
      const [lease] = claimed.leases;
      if (lease === undefined && claimed.reasons[0]?.code === 'work.searching') continue;
      expect([tier, claimed.reasons.map((one) => one.code), lease !== undefined]).toEqual([
        ...[tier, claimed.reasons.map((one) => one.code), may.length > 0],
      ]);
      if (lease === undefined) return;
      const slot = await this.taskOf(lease.leaseId);
      model.give(who, { leaseId: lease.leaseId, taskId: slot, until: lease.leaseUntil.getTime() });
      this.of.note(`claim ${tier}`);
      return;
    }
    throw new Error('A claim goes on searching.');
  }
  protected async taskOf(leaseId: string): Promise<string> {
    const [row] = await this.of.t
      .sql`select task_id from slots where batch_id = ${this.batchId} and lease_id = ${leaseId}`;
    return row?.task_id as string;
  }

  protected async handIn(act: CaseAct, slot: CaseSlot): Promise<void> {
    this.tick();
    const { model } = this;
    const { who } = act;
    const leaseId = slot.leaseId!;
    if (!model.isAwaited(slot)) {
      // A read was rejected meanwhile: what would be decided here is not there any more. Its next turn decides on the next.
      if (model.state.tasks.get(slot.taskId)?.status !== 'open') return;
      await expect(this.send(act, slot)).rejects.toMatchObject({ reason: 'labels_changed' });
      this.of.note('decided too late');
      return;
    }
    const sent = await this.send(act, slot);
    const { labelId } = sent;
    if (slot.tier === 'label') model.read(who, leaseId, { labelId, grade: sent.grade! });
    else if (slot.tier === 'review') model.review(who, leaseId, { labelId, rejects: sent.rejects });
    else if (slot.tier === 'adjudicate') model.decide(who, leaseId, { labelId, grade: sent.grade! });
    else model.audit(who, leaseId, { labelId, grade: sent.grade });
  }

  /** Hands in what is held: what somebody says follows from `pick`. */
  protected async send({ who, pick }: CaseAct, slot: Pick<CaseSlot, 'taskId' | 'tier' | 'leaseId'>) {
    const person = this.people[who]!;
    const labelId = randomUUID();
    const given = { batchId: this.batchId, leaseId: slot.leaseId!, labelId, activeMs: 1000 };
    const said = { labelId, grade: null as string | null, rejects: new Set<string>() };
    const grade = ['1', '2'][pick % 2]!;
    if (slot.tier === 'label') {
      await submitLabel(person, { ...given, answers: { grade } });
      return { ...said, grade };
    }
    if (slot.tier === 'adjudicate') {
      await submitAdjudication(person, { ...given, answers: { grade }, rationale: 'Seen together.' });
      return { ...said, grade };
    }
    if (slot.tier === 'audit') {
      if (pick % 3 > 0) {
        await submitAudit(person, { ...given, outcome: 'agree' });
        return said;
      }
      await submitAudit(person, {
        ...{ ...given, outcome: 'disagree', errorKind: 'mislabel', answers: { grade: '4' } },
      });
      return { ...said, grade: '4' };
    }
    const reads = this.model.readsOf(slot.taskId);
    const rejects = new Set(
      reads
        .filter((read, i) => read.status === 'submitted' && (pick >> i) % 3 === 0)
        .map((read) => read.labelId!),
    );
    await submitReview(person, {
      ...given,
      decisions: reads.map((read) =>
        rejects.has(read.labelId!)
          ? { labelId: read.labelId!, outcome: 'reject', reason: 'no_effort', comment: 'Two seconds.' }
          : { labelId: read.labelId!, outcome: 'accept' },
      ),
    });
    return { ...said, rejects };
  }

  /** Work that comes too late is kept, at every tier, unless its case does not come back; what the gate took stays sealed (R27). */
  protected async late(act: CaseAct): Promise<void> {
    const { batchId } = this;
    const lost = [...this.model.state.people[act.who]!.lost];
    const [leaseId, one] = lost[act.pick % Math.max(1, lost.length)] ?? [];
    if (leaseId === undefined || one === undefined) return;
    const kept = () =>
      this.of.t.sql`select answers, work from drafts where batch_id = ${batchId} and lease_id = ${leaseId}`;
    const before = await kept();
    const tier = this.tiers[act.who]!;
    const late = this.send(act, { taskId: one.taskId, tier, leaseId });
    // Of a case without reads there is nothing to decide on.
    if (tier === 'review' && this.model.readsOf(one.taskId).length === 0)
      return void (await late.catch(() => {}));
    const reason = one.how === 'revoked' ? 'lease_revoked' : 'lease_over';
    await expect(late).rejects.toMatchObject({ reason });
    const after = await kept();
    if (one.how === 'revoked' || one.how === 'skipped') expect(after).toEqual(before);
    else expect(after).toMatchObject([{ work: { tier } }]);
    this.of.note(`${reason} ${tier}`);
  }
}
