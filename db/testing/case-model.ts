import type postgres from 'postgres';
import type { Tier } from '#server/work/rules.ts';

/** A turn at a case, of whatever tier, as the simplest bookkeeping has it. */
export type CaseSlot = {
  taskId: string;
  tier: Tier;
  status: 'open' | 'leased' | 'submitted' | 'accepted' | 'rejected';
  /** Place of the person who holds it or has done it; null when it is open. */
  holder: number | null;
  leaseId: string | null;
  until: number | null;
  labelId: string | null;
  grade: string | null;
  /** A reviewer has accepted this very read. */
  isReviewed: boolean;
};
type Counts = Record<
  'claimed' | 'submitted' | 'skipped' | 'expired' | 'released' | 'accepted' | 'rejected',
  number
>;
/** How a lease ended that nobody handed in. */
export type Lost = 'skipped' | 'expired' | 'closed' | 'revoked';
export type CasePerson = Counts & {
  tier: Tier;
  /** Cases that do not come back to them, and how often one ran out on them. */
  excluded: Set<string>;
  ranOut: Map<string, number>;
  lost: Map<string, { taskId: string; how: Lost }>;
};
type CaseTask = { status: string; done: number; versions: number };
export type CaseState = {
  tasks: Map<string, CaseTask>;
  slots: CaseSlot[];
  samples: Map<string, string>;
  people: CasePerson[];
  /** Reports that the desk has not closed, by case, and cases in which one was confirmed. */
  reports: Map<string, Set<string>>;
  confirmed: Set<string>;
};

const WAITS_FOR: Partial<Record<Tier, string>> = { review: 'in_review', adjudicate: 'in_adjudication' };

const fail = (what: string): never => {
  throw new Error(`A case does what the model forbids: ${what}`);
};

/**
 * The cases of one batch through all tiers in memory: two reads each, reviewed where the batch asks, decided by the panel where they differ,
 * checked once they are final, and shut while protected information may be in one (R24, R25, R27). It is told what people did and says
 * what comes of it, and what each may have.
 */
export class CaseModel {
  state: CaseState;
  private readonly rule: { isReviewed: boolean; cap: number };

  constructor(state: CaseState, rule: { isReviewed: boolean; cap: number }) {
    this.state = state;
    this.rule = rule;
  }

  isShut(taskId: string): boolean {
    return this.state.confirmed.has(taskId) || (this.state.reports.get(taskId)?.size ?? 0) > 0;
  }

  private task(taskId: string): CaseTask {
    return this.state.tasks.get(taskId) ?? fail('there is no such case');
  }
  private person(who: number): CasePerson {
    return this.state.people[who] ?? fail('there is no such person');
  }
  heldBy(who: number): CaseSlot[] {
    return this.state.slots.filter((slot) => slot.status === 'leased' && slot.holder === who);
  }
  slotOf(who: number, leaseId: string): CaseSlot {
    return this.heldBy(who).find((slot) => slot.leaseId === leaseId) ?? fail('a lease that is not held');
  }
  readsOf(taskId: string): CaseSlot[] {
    return this.state.slots.filter(
      (slot) =>
        slot.taskId === taskId && slot.tier === 'label' && ['submitted', 'accepted'].includes(slot.status),
    );
  }

  /** Cases that somebody may have now. */
  mayHave(who: number): string[] {
    const { tier, excluded, claimed, skipped, expired, released } = this.person(who);
    if (tier === 'label' && claimed - skipped - expired - released >= this.rule.cap) return [];
    const open = this.state.slots.filter(
      (slot) => slot.tier === tier && slot.status === 'open' && !this.isShut(slot.taskId),
    );
    // The correction that a reviewer asked for may come to them again.
    const met = new Set(
      this.state.slots
        .filter((slot) => slot.holder === who && (tier !== 'review' || slot.status === 'leased'))
        .map((slot) => slot.taskId),
    );
    const ids = new Set(open.map((slot) => slot.taskId));
    return [...ids].filter((id) => !excluded.has(id) && !met.has(id));
  }

  give(who: number, lease: { leaseId: string; taskId: string; until: number }): void {
    if (!this.mayHave(who).includes(lease.taskId)) fail('a case that the person may not have');
    const { tier } = this.person(who);
    const slot =
      this.state.slots.find(
        (one) => one.taskId === lease.taskId && one.tier === tier && one.status === 'open',
      ) ?? fail('a turn that is not open');
    Object.assign(slot, { status: 'leased', holder: who, leaseId: lease.leaseId, until: lease.until });
    this.person(who).claimed += 1;
  }

  /** Whether a turn that is held is the one that its case waits for. */
  isAwaited(slot: CaseSlot): boolean {
    const waits = WAITS_FOR[slot.tier];
    if (waits === undefined) return true;
    return this.task(slot.taskId).status === waits && this.turnsOf(slot.taskId, slot.tier).at(-1) === slot;
  }
  private turnsOf(taskId: string, tier: Tier): CaseSlot[] {
    return this.state.slots.filter(
      (slot) => slot.taskId === taskId && slot.tier === tier && ['open', 'leased'].includes(slot.status),
    );
  }

  /** A lease that nobody hands in: a turn that nothing waits for any more goes with it. */
  lose(who: number, leaseId: string, how: Lost): void {
    const slot = this.slotOf(who, leaseId);
    const person = this.person(who);
    const { taskId } = slot;
    const isIdle = !this.isAwaited(slot) && this.task(taskId).status !== 'unusable';
    person[how === 'closed' || how === 'revoked' ? 'released' : how] += 1;
    person.lost.set(leaseId, { taskId, how });
    const ranOut = (person.ranOut.get(taskId) ?? 0) + (how === 'expired' ? 1 : 0);
    person.ranOut.set(taskId, ranOut);
    if (how === 'skipped' || how === 'revoked' || (how === 'expired' && ranOut > 1))
      person.excluded.add(taskId);
    Object.assign(slot, { status: 'open', holder: null, leaseId: null, until: null });
    if (isIdle) this.drop((one) => one === slot);
    if (how === 'skipped' && slot.tier === 'label') this.task(taskId);
  }
  private drop(which: (slot: CaseSlot) => boolean): void {
    this.state.slots = this.state.slots.filter((slot) => !which(slot));
  }
  private open(taskId: string, tier: Tier): void {
    const nobody = { holder: null, leaseId: null, until: null, labelId: null, grade: null };
    this.state.slots.push({ taskId, tier, status: 'open', isReviewed: false, ...nobody });
  }
  private done(slot: CaseSlot, who: number, of: { labelId: string; grade: string | null }): void {
    const isAccepted = slot.tier !== 'label';
    Object.assign(slot, { status: isAccepted ? 'accepted' : 'submitted', ...of });
    this.person(who).submitted += 1;
    if (isAccepted) this.person(who).accepted += 1;
  }

  read(who: number, leaseId: string, of: { labelId: string; grade: string }): void {
    const slot = this.slotOf(who, leaseId);
    const task = this.task(slot.taskId);
    this.done(slot, who, of);
    task.done += 1;
    if (task.status === 'open' && task.done >= 2) task.status = 'labelled';
  }

  review(who: number, leaseId: string, of: { labelId: string; rejects: ReadonlySet<string> }): void {
    const slot = this.slotOf(who, leaseId);
    const { taskId } = slot;
    this.done(slot, who, { labelId: of.labelId, grade: null });
    this.task(taskId).status = 'labelled';
    for (const read of this.readsOf(taskId))
      if (of.rejects.has(read.labelId ?? '')) this.refuse(read);
      else {
        this.accept(read);
        read.isReviewed = true;
      }
  }

  private accept(read: CaseSlot): void {
    if (read.status === 'accepted') return;
    read.status = 'accepted';
    this.person(read.holder ?? -1).accepted += 1;
  }

  /** A read is rejected: another is made in its place, and nobody reviews or decides on the rest meanwhile. */
  refuse(read: CaseSlot): void {
    const { taskId } = read;
    const task = this.task(taskId);
    read.status = 'rejected';
    this.person(read.holder ?? -1).rejected += 1;
    task.done -= 1;
    if (task.status !== 'unusable') task.status = 'open';
    this.drop(
      (slot) =>
        slot.taskId === taskId && slot.status === 'open' && ['review', 'adjudicate'].includes(slot.tier),
    );
    this.open(taskId, 'label');
  }

  decide(who: number, leaseId: string, of: { labelId: string; grade: string }): void {
    const slot = this.slotOf(who, leaseId);
    this.done(slot, who, of);
    this.finish(slot.taskId);
  }
  private finish(taskId: string): void {
    Object.assign(this.task(taskId), { status: 'final', versions: this.task(taskId).versions + 1 });
    for (const read of this.readsOf(taskId)) this.accept(read);
  }

  audit(who: number, leaseId: string, of: { labelId: string; grade: string | null }): void {
    const slot = this.slotOf(who, leaseId);
    this.done(slot, who, of);
    this.state.samples.set(slot.taskId, 'done');
    if (of.grade === null) return;
    this.open(slot.taskId, 'adjudicate');
    this.task(slot.taskId).status = 'in_adjudication';
  }

  /** Protected information was reported: all that is out of the case is taken, and it is out of work until the desk has looked (R24). */
  report(taskId: string, flagId: string): void {
    for (const slot of this.state.slots.filter((one) => one.taskId === taskId && one.status === 'leased'))
      this.lose(slot.holder ?? -1, slot.leaseId ?? '', 'revoked');
    this.state.reports.set(taskId, new Set([...(this.state.reports.get(taskId) ?? []), flagId]));
    const task = this.task(taskId);
    if (task.status !== 'final') task.status = 'unusable';
  }

  close(taskId: string, flagId: string, outcome: 'false_alarm' | 'confirmed'): void {
    if (!this.state.reports.get(taskId)?.delete(flagId)) fail('the end of a report that is not open');
    if (outcome === 'confirmed') this.state.confirmed.add(taskId);
    const task = this.task(taskId);
    if (this.isShut(taskId) || task.status !== 'unusable') return;
    const waits = (tier: Tier) => this.turnsOf(taskId, tier).length > 0;
    if (task.done < 2) task.status = 'open';
    else if (waits('adjudicate')) task.status = 'in_adjudication';
    else task.status = waits('review') ? 'in_review' : 'labelled';
  }

  /** The standing job. */
  settle(): void {
    for (const [taskId, task] of this.state.tasks) {
      if (task.status !== 'labelled') continue;
      const reads = this.readsOf(taskId);
      if (this.rule.isReviewed && reads.some((read) => !read.isReviewed)) {
        task.status = 'in_review';
        this.open(taskId, 'review');
      } else if (new Set(reads.map((read) => read.grade)).size > 1) {
        task.status = 'in_adjudication';
        this.open(taskId, 'adjudicate');
      } else this.finish(taskId);
    }
    for (const [taskId, was] of this.state.samples) {
      const isShut = this.isShut(taskId);
      const isFinal = this.task(taskId).status === 'final';
      const isLost = isShut && ['waiting', 'open', 'lost'].includes(was);
      if (isLost) this.state.samples.set(taskId, 'lost');
      if (isLost)
        this.drop((slot) => slot.taskId === taskId && slot.tier === 'audit' && slot.status === 'open');
      if (isLost || !isFinal || (was !== 'waiting' && was !== 'lost')) continue;
      this.state.samples.set(taskId, 'open');
      this.open(taskId, 'audit');
    }
  }

  /** In words that can be held against those of the database, turns in no order. */
  said() {
    return sayCases(this.state);
  }
}

/** What the database and the model must agree on. */
export function sayCases(state: CaseState) {
  return {
    tasks: [...state.tasks].map(([id, task]) => `${id} ${task.status} ${task.done} ${task.versions}`).sort(),
    samples: [...state.samples].map(([id, status]) => `${id} ${status}`).sort(),
    slots: state.slots
      .map(
        (slot) =>
          `${slot.taskId} ${slot.tier} ${slot.status} ${slot.holder} ${slot.status === 'leased' ? slot.leaseId : ''} ${slot.isReviewed}`,
      )
      .sort(),
    people: state.people.map(
      ({ tier, claimed, submitted, skipped, expired, released, accepted, rejected, excluded }) => ({
        ...{ tier, claimed, submitted, skipped, expired, released, accepted, rejected },
        excluded: [...excluded].sort(),
      }),
    ),
    reports: [...state.reports].flatMap(([id, flags]) => [...flags].map((flag) => `${id} ${flag}`)).sort(),
    confirmed: [...state.confirmed].sort(),
  };
}

/** The cases of a batch as the database has them; `people` in the order of the model's. */
export async function casesOf(
  sql: postgres.Sql,
  batchId: string,
  people: readonly { personId: string; tier: Tier }[],
): Promise<CaseState> {
  const [tasks, slots, samples, readers, releases, flags] = await Promise.all([
    sql`select t.id, t.status, t.reads_done::int as done, (select count(*)::int from final_labels f
      where f.batch_id = t.batch_id and f.task_id = t.id) as versions from tasks t where batch_id = ${batchId}`,
    sql`select s.task_id, s.tier, s.status, s.annotator_id, s.lease_id, s.lease_until, s.label_id, l.answers ->> 'grade' as grade,
        s.tier = 'label' and exists (select 1 from reviews r where r.batch_id = s.batch_id and r.task_id = s.task_id
          and r.label_id = s.label_id and r.outcome = 'accept') as is_reviewed
      from slots s left join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      where s.batch_id = ${batchId} order by s.slot_no`,
    sql`select task_id, status from audit_samples where batch_id = ${batchId}`,
    sql`select annotator_id, tier, claimed, submitted, skipped, expired, released, accepted, rejected from readers
      where batch_id = ${batchId}`,
    sql`select annotator_id, task_id, lease_id, cause, excludes from slot_releases where batch_id = ${batchId}`,
    sql`select f.task_id, f.id, (select a.outcome from case_flags a where a.batch_id = f.batch_id and a.task_id = f.task_id
        and a.reply_to = f.id) as outcome
      from case_flags f where f.batch_id = ${batchId} and f.kind = 'phi_seen' and f.reply_to is null`,
  ]);
  const placeOf = (id: string | null) =>
    id === null ? null : people.findIndex((one) => one.personId === id);
  const open = Map.groupBy(
    flags.filter((flag) => flag.outcome === null),
    (flag) => flag.task_id as string,
  );
  return {
    tasks: new Map(tasks.map(({ id, status, done, versions }) => [id as string, { status, done, versions }])),
    slots: slots.map((row) => ({
      ...{ taskId: row.task_id, tier: row.tier, status: row.status, holder: placeOf(row.annotator_id) },
      ...{ leaseId: row.lease_id, labelId: row.label_id, grade: row.grade, isReviewed: row.is_reviewed },
      until: row.lease_until === null ? null : new Date(row.lease_until).getTime(),
    })),
    samples: new Map(samples.map((row) => [row.task_id as string, row.status as string])),
    people: people.map(({ personId, tier }) => {
      const { annotator_id: _, ...counts } = readers.find((row) => row.annotator_id === personId) ?? {};
      const own = releases.filter((row) => row.annotator_id === personId);
      const ranOut = Map.groupBy(
        own.filter((row) => row.cause === 'expired'),
        (row) => row.task_id as string,
      );
      return {
        ...(counts as Counts),
        tier,
        excluded: new Set(own.filter((row) => row.excludes).map((row) => row.task_id as string)),
        ranOut: new Map([...ranOut].map(([id, rows]) => [id, rows.length])),
        lost: new Map(own.map((row) => [row.lease_id, { taskId: row.task_id, how: row.cause }])),
      };
    }),
    reports: new Map([...open].map(([id, rows]) => [id, new Set(rows.map((row) => row.id as string))])),
    confirmed: new Set(
      flags.filter((flag) => flag.outcome === 'confirmed').map((flag) => flag.task_id as string),
    ),
  };
}
