import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { SECOND } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { extendLease } from '#server/work/extend-lease.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { saveDraft } from '#server/work/save-draft.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { TestDatabase } from './database.ts';
import { Gates } from './slot-gates.ts';
import type { Act } from './slot-histories.ts';
import { type End, type SlotModel, stateOf } from './slot-model.ts';

export const LEASE_SECONDS = 120;
/** What a lease that is over is refused with. */
const OVER = ['lease_over', 'lease_unknown', 'lease_revoked'];
/** What an act says of its case. */
export const grade = ({ pick }: Act): string => ['1', '2', '3'][pick % 3] ?? '';
export const activeMs = ({ pick }: Act): number => 1000 * (1 + (pick % 40));
export const said = (one: Act) => ({ answers: { grade: grade(one) }, activeMs: activeMs(one) });

export type Made = {
  t: TestDatabase;
  scene: WorkScene;
  /** Who closes reports and looks at credentials. */
  operator: OrgContext;
  /** Told what happens, so that the histories are known to hold what they are meant to. */
  note: (what: string) => void;
};

/** People of a batch as they ask one thing of the engine, and what the model says of it. */
export abstract class SlotDesk {
  protected readonly t: TestDatabase;
  protected readonly scene: WorkScene;
  protected readonly batchId: string;
  protected readonly people: readonly OrgContext[];
  protected readonly model: SlotModel;
  protected readonly gates: Gates;
  protected readonly note: (what: string) => void;
  protected readonly known = new Set<string>();

  constructor(of: Made & { batchId: string; people: readonly OrgContext[]; model: SlotModel }) {
    this.t = of.t;
    this.scene = of.scene;
    this.batchId = of.batchId;
    this.people = of.people;
    this.model = of.model;
    this.note = of.note;
    this.gates = new Gates({ ...of, system: this.system });
  }

  protected now = () => this.scene.clock.now().getTime();

  protected system = () =>
    systemContext({ db: this.t.db, clock: this.scene.clock, name: 'test', requestId: randomUUID() });

  protected fullLease = () => this.now() + LEASE_SECONDS * SECOND;

  protected leaseOf(one: Act, isLive: boolean): string | null {
    const held = [...this.model.person(one.who).held.values()];
    const some = isLive ? held.filter((lease) => lease.until > this.now()) : held;
    return some[one.pick % Math.max(1, some.length)]?.leaseId ?? null;
  }

  protected async claim(of: number, limit: number) {
    const { leases, reasons } = await claimNextTasks(this.people[of]!, {
      batchId: this.batchId,
      tier: 'label',
      limit,
    });
    expect(leases.length).toBeLessThanOrEqual(limit);
    expect(reasons.length > 0).toBe(leases.length === 0);
    return { leases, why: reasons.map((one) => one.code as string) };
  }

  protected async give(of: number, leases: readonly { leaseId: string; leaseUntil: Date }[]): Promise<void> {
    const rows = await this.t
      .sql`select lease_id as "leaseId", task_id as "taskId", slot_no as "slotNo" from slots
      where batch_id = ${this.batchId} and lease_id = any(${leases.map((lease) => lease.leaseId)}::uuid[])`;
    expect(rows.length).toBe(leases.length);
    for (const lease of leases) {
      const { taskId, slotNo } = rows.find((row) => row.leaseId === lease.leaseId) as unknown as {
        taskId: string;
        slotNo: number;
      };
      expect(lease.leaseUntil.getTime()).toBe(this.fullLease());
      const until = lease.leaseUntil.getTime();
      this.model.give(of, { leaseId: lease.leaseId, until, taskId, slotNo, claimedAt: this.now() });
    }
  }

  /**
   * Nobody else is at it: who asks until they have what they want, or are told that there is no more, has exactly what they may have, and
   * is told why. One answer may hold less than there is (a claim looks into one lane), but is never empty while there is some.
   */
  protected async claimExactly(of: number, limit: number): Promise<void> {
    const expected = Math.min(limit, this.model.mayHave(of));
    let got = 0;
    for (let asked = 0; got < limit; asked += 1) {
      const { leases, why } = await this.claim(of, limit - got);
      await this.give(of, leases);
      got += leases.length;
      if (why[0] === 'work.searching') expect(asked).toBeLessThan(20);
      else if (leases.length === 0) {
        expect(why).toEqual(this.model.whyNothing(of));
        this.note(why[0]!);
        break;
      }
    }
    expect(got).toBe(expected);
    if (got > 0) this.note('claim');
  }

  /** What came of a lease by this act, and the report that was made of its case; null when nothing did. */
  protected async tryAct(
    one: Act,
    leaseId: string,
  ): Promise<{ end: End | null; flag: { flagId: string; isHeld: boolean } | null }> {
    const { who: of, what } = one;
    const person = this.people[of]!;
    const { batchId } = this;
    const ended = (end: End | null) => ({ end, flag: null });
    try {
      if (what === 'report')
        return { end: null, flag: await this.gates.report(person, { batchId, leaseId }) };
      if (what === 'submit') {
        await submitLabel(person, { batchId, leaseId, labelId: randomUUID(), ...said(one) });
        return ended('submitted');
      }
      if (what === 'save') {
        await saveDraft(person, { batchId, leaseId, ...said(one) });
        return ended(null);
      }
      if (what === 'skip') {
        await skipTask(person, { batchId, leaseId, reason: 'other' });
        return ended('skipped');
      }
      if (what === 'release') {
        const { released } = await releaseLeases(person, { batchId, leaseIds: [leaseId] });
        return ended(released === 1 ? 'released' : null);
      }
      const [kept] = await extendLease(person, { batchId, leaseIds: [leaseId] });
      const lease = this.model.person(of).held.get(leaseId);
      if (kept?.leaseUntil && lease) lease.until = kept.leaseUntil.getTime();
      return ended(null);
    } catch (error) {
      if (!(error instanceof AppError) || !OVER.includes(error.reason)) throw error;
      return ended(null);
    }
  }

  /** Of a case that somebody holds no more they report once: a second time is the first. */
  protected isKnown(taskId: string, flagId: string): boolean {
    const key = `${taskId} ${flagId}`;
    if (this.known.has(key)) return true;
    this.known.add(key);
    return false;
  }

  protected async expectState(): Promise<void> {
    const ids = this.people.map((one) => one.actor.personId);
    expect(await stateOf(this.t.sql, this.batchId, ids)).toEqual(this.model.state());
  }

  async expectAsModelled(): Promise<void> {
    await this.expectState();
    expect(await checkWorkInvariants(this.t.db)).toEqual([]);
  }
}
