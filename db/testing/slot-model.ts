import type postgres from 'postgres';

/** One read to be made, as the simplest bookkeeping has it. */
export type ModelSlot = {
  taskId: string;
  slotNo: number;
  /** Kept for readers of the batch's own country. */
  isKept: boolean;
  state: 'open' | 'leased' | 'submitted';
  /** Place of the person who holds or has submitted it; null when it is open. */
  holder: number | null;
};
export type ModelLease = {
  leaseId: string;
  until: number;
  slot: ModelSlot;
  claimedAt: number;
  /** The active time that its reader has told of it, in milliseconds. */
  toldMs: number;
};
/** What became of a lease; `revoked` by whoever shut the gate (R27). */
export type End = 'submitted' | 'skipped' | 'expired' | 'released' | 'revoked';

type Counter = 'claimed' | 'submitted' | 'skipped' | 'expired' | 'released';
type Person = Record<Counter | 'accruedMinor', number> & {
  held: Map<string, ModelLease>;
  /** Leases that were lost unread, and those of them that were skipped, or that the gate took. */
  lost: string[];
  passedOn: Set<string>;
  sealed: Set<string>;
  /** The case of each lease that they ever had. */
  caseOf: Map<string, string>;
  /** Cases that must not come back to them, and how often one ran out on them. */
  excluded: Set<string>;
  ranOut: Map<string, number>;
  mayHaveKept: boolean;
  /** Not active: they finish what they hold, and get nothing more (R26). */
  standing: Standing;
  /** Why the gate is shut to them, in the order in which they are told. */
  refused: Set<Refusal>;
};
type Standing = 'active' | 'paused' | 'calibration_only';

const REFUSALS = ['engagement.missing', 'credential.not_in_force'] as const;
export type Refusal = (typeof REFUSALS)[number];
/** What a read pays. */
const PRICE_MINOR = 120;

const fail = (what: string): never => {
  throw new Error(`The slots do what the model forbids: ${what}`);
};

/**
 * The slots of one batch of plain reads in memory: who holds, has read and must not meet what. It is told what the engine gave and took,
 * refuses what it could not have, and says beforehand how much a person may have and why nobody gets more.
 */
export class SlotModel {
  slots: readonly ModelSlot[];
  readonly people: Person[];
  private readonly cap: number | null;
  private readonly skips = new Map<string, number>();
  private readonly given = new Set<string>();
  /** Reports of protected information that the desk has not closed, by case, and the cases in which one was confirmed (R24). */
  private readonly reports = new Map<string, Set<string>>();
  private readonly confirmed = new Set<string>();
  /** What is kept of what people put down, by lease, and the active time of every label. */
  readonly drafts = new Map<string, string>();
  private readonly activeMs: number[] = [];

  constructor(slots: readonly ModelSlot[], of: { mayHaveKept: readonly boolean[]; cap: number | null }) {
    this.slots = slots;
    this.cap = of.cap;
    this.people = of.mayHaveKept.map((mayHaveKept) => ({
      ...{
        claimed: 0,
        submitted: 0,
        skipped: 0,
        expired: 0,
        released: 0,
        accruedMinor: 0,
        lost: [],
        mayHaveKept,
        standing: 'active',
      },
      ...{ held: new Map(), excluded: new Set(), ranOut: new Map(), passedOn: new Set() },
      ...{ sealed: new Set(), caseOf: new Map(), refused: new Set() },
    }));
  }
  person(who: number): Person {
    return this.people[who] ?? fail('there is no such person');
  }

  /** Out of work for protected information: one report of it is open, or was confirmed. */
  isShut(taskId: string): boolean {
    return this.confirmed.has(taskId) || (this.reports.get(taskId)?.size ?? 0) > 0;
  }

  private isOpen(slot: ModelSlot): boolean {
    return slot.state === 'open' && !this.isShut(slot.taskId);
  }

  private isFor(who: number, slot: ModelSlot): boolean {
    return !slot.isKept || this.person(who).mayHaveKept;
  }

  private hasMet(who: number, taskId: string): boolean {
    return (
      this.person(who).excluded.has(taskId) ||
      this.slots.some((slot) => slot.taskId === taskId && slot.holder === who)
    );
  }

  private capLeft(who: number): number {
    const { held, submitted } = this.person(who);
    return this.cap === null ? Number.POSITIVE_INFINITY : Math.max(0, this.cap - held.size - submitted);
  }

  /** How many cases the person may have now, one read of each at most. */
  mayHave(who: number): number {
    if (this.person(who).standing !== 'active' || this.person(who).refused.size > 0) return 0;
    const free = this.slots.filter(
      (slot) => this.isOpen(slot) && this.isFor(who, slot) && !this.hasMet(who, slot.taskId),
    );
    return Math.min(this.capLeft(who), new Set(free.map((slot) => slot.taskId)).size);
  }

  /** What somebody is told who gets nothing. */
  whyNothing(who: number): string[] {
    const { refused } = this.person(who);
    return refused.size > 0 ? REFUSALS.filter((one) => refused.has(one)) : [this.whyNoMore(who)];
  }

  private whyNoMore(who: number): string {
    const holds = this.person(who).held.size > 0;
    const open = this.slots.filter((slot) => this.isOpen(slot));
    const { standing } = this.person(who);
    if (standing !== 'active') return `reader.${standing}`;
    if (this.capLeft(who) === 0 && !holds) return 'cap.reads';
    if (open.some((slot) => this.isFor(who, slot))) return holds ? 'work.held' : 'work.all_seen';
    if (open.length > 0) return 'work.kept_onshore';
    return this.slots.some((slot) => slot.state === 'leased') ? 'work.all_taken' : 'work.none_left';
  }

  /** The batch as it was read anew: slots that are not known yet have come with cases that were added. */
  grow(fresh: readonly ModelSlot[]): void {
    const known = new Set(this.slots.map((slot) => `${slot.taskId} ${slot.slotNo}`));
    this.slots = [...this.slots, ...fresh.filter((slot) => !known.has(`${slot.taskId} ${slot.slotNo}`))];
  }

  /** Somebody was given a read. */
  give(
    who: number,
    lease: { leaseId: string; until: number; taskId: string; slotNo: number; claimedAt: number },
  ): void {
    const person = this.person(who);
    const slot = this.slots.find((one) => one.taskId === lease.taskId && one.slotNo === lease.slotNo);
    if (slot === undefined) throw new Error('There is no such slot in the batch.');
    if (this.given.has(lease.leaseId)) fail('a lease id twice');
    if (person.standing !== 'active') fail('a read for somebody who is paused');
    if (slot.state !== 'open') fail('a slot that is not open');
    if (person.refused.size > 0) fail('a read for somebody to whom the gate is shut');
    if (!this.isFor(who, slot)) fail('a slot that is kept for others');
    if (this.hasMet(who, lease.taskId)) fail('a case that the person has met');
    if (this.capLeft(who) === 0) fail('more than the cap');
    this.given.add(lease.leaseId);
    person.claimed += 1;
    const { leaseId, until, claimedAt } = lease;
    person.held.set(leaseId, { leaseId, until, claimedAt, slot, toldMs: 0 });
    person.caseOf.set(leaseId, lease.taskId);
    Object.assign(slot, { state: 'leased', holder: who });
  }

  /** What came of a lease that somebody held; `paidMinor` when the gate took it. */
  end(who: number, leaseId: string, how: End, paidMinor = 0): void {
    const person = this.person(who);
    const lease = person.held.get(leaseId) ?? fail('an end of a lease that is not held');
    const { slot } = lease;
    person.held.delete(leaseId);
    person[how === 'revoked' ? 'released' : how] += 1;
    person.accruedMinor += paidMinor;
    if (how === 'submitted') {
      slot.state = 'submitted';
      return;
    }
    Object.assign(slot, { state: 'open', holder: null });
    person.lost.push(leaseId);
    if (how === 'skipped') person.passedOn.add(leaseId);
    if (how === 'revoked') person.sealed.add(leaseId);
    const ranOut = (person.ranOut.get(slot.taskId) ?? 0) + (how === 'expired' ? 1 : 0);
    person.ranOut.set(slot.taskId, ranOut);
    if (how === 'skipped' || how === 'revoked' || ranOut > 1) person.excluded.add(slot.taskId);
    if (how === 'skipped') this.skips.set(slot.taskId, (this.skips.get(slot.taskId) ?? 0) + 1);
  }

  /** A label of so much active time was written. */
  wrote(activeMs: number): void {
    this.activeMs.push(activeMs);
  }

  /** What is kept under a lease, and the active time that was told with it where it was held still. */
  put(who: number, leaseId: string, draft: { answers: string; activeMs: number; now: number }): void {
    this.drafts.set(leaseId, draft.answers);
    const lease = this.person(who).held.get(leaseId);
    if (lease === undefined) return;
    const bound = Math.min(draft.activeMs, draft.now - lease.claimedAt);
    lease.toldMs = Math.max(lease.toldMs, bound);
  }

  /** What the gate pays for a lease that it takes: by the time told, against the median of the labels (R27). */
  private partOf({ toldMs }: ModelLease): number {
    if (toldMs <= 0) return 0;
    const sorted = [...this.activeMs].sort((a, b) => a - b);
    const at = (sorted.length - 1) / 2;
    const median = ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2;
    if (median <= 0 || toldMs >= median) return PRICE_MINOR;
    return Math.floor((PRICE_MINOR * toldMs) / Math.round(median));
  }

  /** The gate takes leases: all that a person holds, or everybody's of a case, of whom one reported it and is paid in full. */
  take(of: { who?: number; taskId?: string; finder?: number | null }): void {
    for (const [who, { held }] of this.people.entries())
      for (const lease of [...held.values()])
        if ((of.who ?? who) === who && (of.taskId ?? lease.slot.taskId) === lease.slot.taskId)
          this.end(who, lease.leaseId, 'revoked', of.finder === who ? PRICE_MINOR : this.partOf(lease));
  }

  /** Protected information was reported in a case (R24). */
  report(taskId: string, flagId: string): void {
    this.reports.set(taskId, new Set([...(this.reports.get(taskId) ?? []), flagId]));
  }

  /** Reports that wait for the desk. */
  openReports(): { taskId: string; flagId: string }[] {
    return [...this.reports].flatMap(([taskId, flags]) => [...flags].map((flagId) => ({ taskId, flagId })));
  }

  /** The desk has closed a report. */
  close({ taskId, flagId }: { taskId: string; flagId: string }, outcome: 'false_alarm' | 'confirmed'): void {
    if (!this.reports.get(taskId)?.delete(flagId)) fail('the end of a report that is not open');
    if (outcome === 'confirmed') this.confirmed.add(taskId);
  }

  /** Leases out, of whom, that ran out by `now`. */
  ranOut(now: number): { who: number; leaseId: string }[] {
    return this.people.flatMap(({ held }, who) =>
      [...held.values()].filter((lease) => lease.until <= now).map(({ leaseId }) => ({ who, leaseId })),
    );
  }

  /** Everything as `stateOf` reads it from the database. */
  state() {
    const tasks = [...new Set(this.slots.map((slot) => slot.taskId))].sort().map((id) => {
      const own = this.slots.filter((slot) => slot.taskId === id);
      const done = own.filter((slot) => slot.state === 'submitted').length;
      const status = this.isShut(id) ? 'unusable' : done === own.length ? 'labelled' : 'open';
      return { id, status, done, skips: this.skips.get(id) ?? 0 };
    });
    const readers = this.people.map(({ claimed, submitted, skipped, expired, released, accruedMinor }) => ({
      ...{ claimed, submitted, skipped, expired, released, accruedMinor },
    }));
    const leaseOf = new Map(
      this.people.flatMap(({ held }) => [...held.values()].map((lease) => [lease.slot, lease.leaseId])),
    );
    const slots = [...this.slots].sort(byPlace).map((slot) => ({
      ...{ taskId: slot.taskId, slotNo: slot.slotNo, state: slot.state, holder: slot.holder },
      leaseId: leaseOf.get(slot) ?? null,
    }));
    const drafts = Object.fromEntries(this.drafts);
    return { tasks, readers, slots, drafts };
  }
}

const byPlace = (a: ModelSlot, b: ModelSlot) =>
  a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : a.slotNo - b.slotNo;

/** The slots of a batch to which nobody has come yet. */
export async function freshSlots(sql: postgres.Sql, batchId: string): Promise<ModelSlot[]> {
  const rows = await sql`
    select s.task_id as "taskId", s.slot_no as "slotNo",
      coalesce((b.pools -> ((s.lane - 1) / 100 - 1) ->> 'isOnshore')::boolean, false) as "isKept"
    from slots s join batches b on b.id = s.batch_id where s.batch_id = ${batchId}`;
  return rows.map((row) => ({ ...(row as unknown as ModelSlot), state: 'open', holder: null }));
}

/** A batch as the database has it, in the form of `SlotModel.state`; `personIds` in the order of the model's people. */
export async function stateOf(sql: postgres.Sql, batchId: string, personIds: readonly string[]) {
  const tasks = await sql`select id, status, reads_done::int as done, skips::int as skips from tasks
    where batch_id = ${batchId} order by id`;
  const readers = await sql`select annotator_id as id, claimed, submitted, skipped, expired, released,
      accrued_minor::int as "accruedMinor" from readers
    where batch_id = ${batchId}`;
  const slots =
    await sql`select task_id as "taskId", slot_no as "slotNo", status as state, annotator_id as "holderId",
      case when status = 'leased' then lease_id end as "leaseId" from slots where batch_id = ${batchId} order by 1, 2`;
  const drafts = await sql`select lease_id as "leaseId", answers ->> 'grade' as answers from drafts
    where batch_id = ${batchId} and answers is not null`;
  const byId = new Map(readers.map(({ id, ...counts }) => [id as string, counts]));
  return {
    tasks: tasks.map((row) => ({ ...row })),
    readers: personIds.map((id) => byId.get(id)),
    slots: slots.map(({ holderId, leaseId, ...slot }) => ({
      ...slot,
      holder: holderId === null ? null : personIds.indexOf(holderId as string),
      leaseId: leaseId as string | null,
    })),
    drafts: Object.fromEntries(drafts.map((row) => [row.leaseId as string, row.answers as string])),
  };
}
