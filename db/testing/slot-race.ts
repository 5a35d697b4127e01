import { expect } from 'vitest';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { activeMs, grade, SlotDesk } from './slot-desk.ts';
import type { Act } from './slot-histories.ts';
import { type End, stateOf } from './slot-model.ts';

/** The same people, all at once. */
export abstract class SlotRace extends SlotDesk {
  /**
   * All at once. Of a lease that holds exactly one thing comes, whatever is tried with it; afterwards everything is accounted for. A skip
   * that is sent twice is no failure, and counts once. What the gate took has a reason: its case was reported, or its holder's leases
   * were taken; of neither anything is out then that was out before.
   */
  protected async race(acts: readonly Act[], isReclaimed: boolean): Promise<void> {
    const { model } = this;
    const started = acts.map((one) => ({
      one,
      leaseId: one.what === 'claim' || one.what === 'take' ? null : this.leaseOf(one, false),
    }));
    const before = model.people.flatMap(({ held }, who) =>
      [...held.values()].map((lease) => ({ who, lease })),
    );
    const reclaim = isReclaimed ? reclaimLeases(this.system()) : null;
    const done = await Promise.all(
      started.map(async ({ one, leaseId }) => {
        const leases = one.what === 'claim' ? (await this.claim(one.who, 1 + (one.pick % 3))).leases : [];
        if (one.what === 'take')
          await this.gates.take({
            batchIds: [this.batchId],
            personIds: [this.people[one.who]!.actor.personId],
          });
        const came = leaseId === null ? { end: null, flag: null } : await this.tryAct(one, leaseId);
        return { one, leaseId, leases, ...came };
      }),
    );
    await reclaim;
    const reports = done.flatMap(({ one, leaseId, flag }) =>
      flag === null
        ? []
        : [{ ...flag, who: one.who, leaseId, taskId: model.person(one.who).caseOf.get(leaseId!)! }],
    );
    const takenFrom = new Set(acts.filter((one) => one.what === 'take').map((one) => one.who));
    const lost = await this.releasesOf([
      ...before.map(({ lease }) => lease.leaseId),
      ...done.flatMap(({ leases }) => leases.map((lease) => lease.leaseId)),
    ]);
    const revoke = (who: number, leaseId: string, taskId: string): boolean => {
      const { cause, paidMinor } = lost.get(leaseId) ?? {};
      if (cause !== 'revoked') return false;
      const isReported = reports.some((one) => one.taskId === taskId);
      expect(isReported || takenFrom.has(who)).toBe(true);
      this.note('revoked in a race');
      model.end(who, leaseId, 'revoked', paidMinor);
      return true;
    };
    const tries = Map.groupBy(
      done.filter(({ one }) => !['extend', 'report'].includes(one.what)),
      (act) => act.leaseId,
    );
    for (const { who, lease } of before) {
      const { leaseId } = lease;
      const isLive = lease.until > this.now();
      const tried = tries.get(leaseId) ?? [];
      const skip = tried.find((act) => act.end === 'skipped');
      const ends = tried.filter((act) => act.end !== null && (act.end !== 'skipped' || act === skip));
      expect(ends.length).toBeLessThanOrEqual(1);
      if (!isLive) expect(ends.filter((act) => act.end === 'submitted')).toEqual([]);
      if (tried.length > 1) this.note('contended');
      const [by] = ends;
      if (by !== undefined) {
        if (by.end === 'submitted') model.wrote(Math.min(activeMs(by.one), this.now() - lease.claimedAt));
        model.end(who, leaseId, by.end!);
      } else if (!revoke(who, leaseId, lease.slot.taskId)) {
        if (isLive) expect(tried).toEqual([]);
        if (lost.get(leaseId)?.cause === 'expired') {
          expect(isReclaimed && !isLive).toBe(true);
          model.end(who, leaseId, 'expired');
        }
        // What was out when the gate shut is out no more.
        else
          expect(takenFrom.has(who) || reports.some((one) => one.taskId === lease.slot.taskId)).toBe(false);
      }
    }
    // What was given and taken at the same moment comes first: its slot may be with somebody else by now.
    const given = done.flatMap(({ one, leases }) => leases.map((lease) => ({ who: one.who, lease })));
    for (const { who, lease } of given) {
      const was = lost.get(lease.leaseId);
      if (was === undefined) continue;
      const until = lease.leaseUntil.getTime();
      model.give(who, { leaseId: lease.leaseId, until, claimedAt: this.now(), ...was });
      expect(revoke(who, lease.leaseId, was.taskId)).toBe(true);
    }
    for (const { taskId, flagId } of reports) if (!this.isKnown(taskId, flagId)) model.report(taskId, flagId);
    for (const { who, lease } of given) if (!lost.has(lease.leaseId)) await this.give(who, [lease]);
    await this.putRaced(done);
    await this.expectAsModelled();
    this.note('race');
  }

  /** How leases ended that nobody handed in. */
  protected async releasesOf(leaseIds: readonly string[]) {
    const rows = await this.t.sql`select lease_id, task_id, slot_no, cause, paid_minor from slot_releases
      where batch_id = ${this.batchId} and lease_id = any(${[...leaseIds]}::uuid[])`;
    const ends = rows.map((row) => ({
      ...{ taskId: row.task_id as string, slotNo: row.slot_no as number, cause: row.cause as string },
      paidMinor: Number(row.paid_minor),
    }));
    return new Map(rows.map((row, i) => [row.lease_id as string, ends[i]!]));
  }

  /** What a submit of a race that came too late has left as a draft is one that was sent under that lease; nothing else has changed. */
  protected async putRaced(
    done: readonly { one: Act; leaseId: string | null; end: End | null }[],
  ): Promise<void> {
    const kept: Record<string, string> = (await stateOf(this.t.sql, this.batchId, [])).drafts;
    for (const [leaseId, answers] of Object.entries(kept)) {
      const of = done.find(
        (act) =>
          act.leaseId === leaseId &&
          act.one.what === 'submit' &&
          act.end === null &&
          grade(act.one) === answers,
      );
      if (of === undefined || this.model.drafts.get(leaseId) === answers) continue;
      this.model.put(of.one.who, leaseId, { answers, activeMs: activeMs(of.one), now: this.now() });
    }
  }
}
