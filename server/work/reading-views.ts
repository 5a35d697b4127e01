import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { openCase } from '#server/agreements/open-case.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { budgetReasonsOfList } from './budget-reasons.ts';
import { capReason, readsCapOf } from './claim-rules.ts';
import { countKeptDrafts, findDraft } from './draft-queries.ts';
import { decideEligibility } from './eligibility.ts';
import { listReplies } from './flag-queries.ts';
import { hotSql } from './hot-sql.ts';
import { candidateOf, closedReason } from './join-batch.ts';
import { listMyLeases } from './lease-queries.ts';
import { countOpen } from './left-queries.ts';
import { listOwnPay } from './own-pay.ts';
import { poolList, poolsFor } from './pool-rules.ts';
import { type Batch, findLease, findReader, getBatch, type Reader } from './reads.ts';
import { countDueRepeats, nextRepeatAt } from './repeat-queries.ts';
import { roughCount } from './rough-count.ts';
import type { Tier } from './rules.ts';
import { standingReason } from './standing-reason.ts';
import { NO_PAY, type OwnPay, payKey } from './summed-pay.ts';
import { sayingChanges, withChanges } from './what-changes.ts';
import { listCandidates, type WorkCandidate } from './work-candidates.ts';

/** A piece of work as its reader's list shows it: what it pays, what is left, and why it is not theirs now. */
export type MyWork = {
  batchId: string;
  tier: Tier;
  name: string;
  kind: Batch['kind'];
  status: Batch['status'];
  projectTitle: string;
  modality: string;
  anatomy: string;
  priceMinor: bigint;
  currency: string;
  isAllowed: boolean;
  /** On what ground, when allowed. */
  basis: string | null;
  /** Everything that stands in the way, and what would change it. */
  reasons: readonly ErrorDetail[];
  /** 0 to 100, and until when; the list is in this order. */
  priority: number;
  dueAt: Date | null;
  /** Repeats that the person could take now, at most `MOST_REPEATS`. */
  dueRepeats: number;
  /** True when there are at most so many: gold that is dealt is never read again, and an exact count would tell how much of it there was (R21). */
  isDueRough: boolean;
  /** When the next repeat opens that waits for a day (R23). */
  nextRepeatAt: Date | null;
  /** Cases that were lost to the clock while their answers are kept; they come back if the case does. */
  keptDrafts: number;
  /** Open cases, at most `MOST_COUNTED`. */
  openCount: number;
  /** True when there are at most so many: the exact count would tell gold (R21). */
  isOpenRough: boolean;
  joined: (Progress & Pick<OwnPay, 'acceptedMinor' | 'waitingReads' | 'waitingMinor'>) | null;
};

type Progress = { alias: string; submitted: number; activeMs: number; held: number; returned: number };

/** Open cases are counted no further: so many say that there is enough, and each line of the list asks. */
const MOST_COUNTED = 100;
/** Repeats that are due are counted no further. */
const MOST_REPEATS = 100;

/** Lines that a list of work has at most, and pieces of work that are looked at for it, most needed first. */
const MOST_LINES = 200;
const MOST_LOOKED_AT = 1000;

/** What the acting person could do now in every batch of the projects they are engaged in, most needed first. */
export async function listMyWork(ctx: OrgContext): Promise<MyWork[]> {
  return (await viewMyWork(ctx)).lines;
}

/**
 * The list of work of the acting person: what they could do now in every batch under way of the projects they are engaged in, most
 * needed first; `isCut` when there is more than it shows.
 */
export async function viewMyWork(
  ctx: OrgContext,
  of: { most?: number; pageSize?: number } = {},
): Promise<{ lines: MyWork[]; isCut: boolean }> {
  const { lines, isCut } = await lookForWork(ctx, of);
  const batchIds = [...new Set(lines.flatMap((line) => (line.joined === null ? [] : [line.batchId])))];
  const annotatorId = ctx.actor.personId;
  const pay = await listOwnPay(ctx.db, { annotatorId, now: ctx.clock.now(), batchIds });
  return { lines: lines.map((line) => withPay(line, pay.get(payKey(line)) ?? NO_PAY)), isCut };
}

/** What their list of work shows besides their pay. */
export type WorkLine = Omit<MyWork, 'joined'> & { joined: Progress | null };

function withPay(line: WorkLine, { acceptedMinor, waitingReads, waitingMinor }: OwnPay): MyWork {
  return { ...line, joined: line.joined && { ...line.joined, acceptedMinor, waitingReads, waitingMinor } };
}

/** As `viewMyWork`, for who takes up work and need not see what they have earned. */
export async function lookForWork(
  ctx: OrgContext,
  of: { most?: number; pageSize?: number } = {},
): Promise<{ lines: WorkLine[]; isCut: boolean }> {
  const { personId } = ctx.actor;
  const most = of.most ?? MOST_LINES;
  const candidates = await listCandidates(ctx.db, { personId, pageSize: of.pageSize });
  const lines: WorkLine[] = [];
  let isCut = candidates.length > MOST_LOOKED_AT;
  let refused = 0;
  for (const candidate of candidates.slice(0, MOST_LOOKED_AT)) {
    const line = await lineOf(ctx, candidate);
    if (line === null) continue;
    // What is refused takes half of the list at most: it must not crowd out what could be read.
    const isCrowded = !line.isAllowed && refused >= most / 2;
    isCut ||= isCrowded || lines.length === most;
    if (lines.length === most) break;
    if (isCrowded) continue;
    if (!line.isAllowed) refused += 1;
    lines.push(line);
  }
  return { lines: lines.sort(byNeed), isCut };
}

/** Own returned work first, then priority, then deadline, then what is begun. */
function byNeed(a: WorkLine, b: WorkLine): number {
  const returned = (line: WorkLine) => Number((line.joined?.returned ?? 0) > 0);
  const due = (line: WorkLine) => line.dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    returned(b) - returned(a) ||
    b.priority - a.priority ||
    due(a) - due(b) ||
    Number(b.joined !== null) - Number(a.joined !== null) ||
    b.openCount - a.openCount
  );
}

/** An exam or training that is behind the person is no work, and its page says how it went. */
const BEHIND = new Set(['exam.finished', 'exam.passed']);

async function lineOf(
  ctx: OrgContext,
  { batch, tier, project, reader }: WorkCandidate,
): Promise<WorkLine | null> {
  const key = { batchId: batch.id, annotatorId: ctx.actor.personId, tier };
  const now = ctx.clock.now();
  const who = { ...candidateOf(ctx), tier, now };
  // A general exam is taken from the list of exams, which chooses the sitting.
  if (batch.generalExamId !== null && reader === null) return null;
  const pools = poolsFor({ ...batch, pools: poolList.parse(batch.pools) }, who);
  const open = await countOpen(hotSql(ctx.db), { batchId: batch.id, tier, pools, most: MOST_COUNTED });
  if (tier !== 'label' && open === 0 && reader === null) return null;
  const isOpenRough = tier === 'label' && batch.goldMode === 'dealt' && open < MOST_COUNTED;
  const isDueRough = batch.goldMode === 'dealt';
  const eligibility = await decideEligibility(ctx.db, batch, who);
  const { decision } = eligibility;
  if (!decision.allowed && decision.reasons.some((one) => BEHIND.has(one.code))) return null;
  const repeats = reader === null ? NO_REPEATS : await repeatsOf(ctx, reader);
  const cap = tier === 'label' ? readsCapOf(batch) : null;
  const isCapped = reader !== null && cap !== null && readsTaken(reader) >= cap;
  const isOpen = batch.status === 'open' || (batch.status === 'closing' && tier !== 'label');
  const reasons: ErrorDetail[] = [
    ...(isOpen ? [] : [closedReason(batch)]),
    ...(decision.allowed ? [] : decision.reasons),
    ...(reader && reader.status !== 'active' ? [await standingReason(ctx, reader)] : []),
    ...(isCapped && !holdsWork(reader) && repeats.due === 0 ? [capReason(cap)] : []),
    ...(isOpen && !holdsWork(reader) ? await budgetReasonsOfList(ctx, batch, who) : []),
  ];
  return {
    batchId: batch.id,
    priority: batch.priority,
    dueAt: batch.dueAt,
    dueRepeats: isDueRough ? roughCount(repeats.due) : repeats.due,
    isDueRough,
    nextRepeatAt: repeats.nextAt,
    keptDrafts: reader && reader.expired > 0 ? await countKeptDrafts(ctx.db, key) : 0,
    tier,
    name: batch.name,
    kind: batch.kind,
    status: batch.status,
    projectTitle: project.title,
    modality: project.modality,
    anatomy: project.anatomy,
    priceMinor:
      'terms' in eligibility
        ? eligibility.terms.priceMinor
        : tier === 'label'
          ? batch.pricePerReadMinor
          : batch.pricePerReviewMinor,
    currency: batch.currency,
    isAllowed: reasons.length === 0,
    basis: decision.allowed ? decision.basis : null,
    reasons: withChanges(reasons),
    // What a cap keeps from them is not theirs to take up, whatever else is.
    openCount: isCapped ? 0 : isOpenRough ? roughCount(open) : open,
    isOpenRough,
    joined: reader && progressOf(reader),
  };
}

const NO_REPEATS = { due: 0, nextAt: null };

async function repeatsOf(ctx: OrgContext, reader: Reader): Promise<{ due: number; nextAt: Date | null }> {
  if (reader.repeats === 0) return NO_REPEATS;
  const { batchId, annotatorId, tier } = reader;
  const key = { batchId, annotatorId, tier, now: ctx.clock.now() };
  return {
    due: await countDueRepeats(ctx.db, { ...key, most: MOST_REPEATS }),
    nextAt: await nextRepeatAt(hotSql(ctx.db), key),
  };
}

function progressOf(reader: Reader): Progress {
  const { alias, submitted, activeMs, returned } = reader;
  const held = reader.claimed - submitted - reader.skipped - reader.expired - reader.released;
  return { alias, submitted, activeMs, held, returned };
}

/** Who holds a case or has one to correct goes on with it, whatever is spent (R27) and however much they have read (R31). */
function holdsWork(reader: Reader | null): boolean {
  return reader !== null && (progressOf(reader).held > 0 || reader.returned > 0);
}

/** What counts to a cap: held or handed in, corrections and repeats aside. As `CAP_LEFT` in the claim. */
function readsTaken(reader: Reader): number {
  return (
    reader.claimed -
    reader.skipped -
    reader.expired -
    reader.released -
    reader.corrected -
    reader.repeatsTaken
  );
}

/** What the reading page needs of a batch, once: the protocol, the price, how much to prefetch. */
export async function viewReading(ctx: OrgContext, input: { batchId: string; tier: Tier }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const annotatorId = ctx.actor.personId;
  const reader = await findReader(ctx.db, { ...input, annotatorId });
  if (reader === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'batch_not_found',
      message: 'You have not joined such a batch. Start it from your list of work.',
    });
  }
  const protocol = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const price = await priceOf(ctx.db, reader);
  return {
    batchId: batch.id,
    tier: input.tier,
    name: batch.name,
    kind: batch.kind,
    status: batch.status,
    isAssisted: batch.assisted,
    prefetch: batch.prefetch,
    leaseSeconds: batch.leaseSeconds,
    isUnsaidConfidenceLow: reviewRules
      .parse(batch.reviewRules)
      .some((rule) => rule.kind === 'low_confidence'),
    taskCount: batch.taskCount,
    priceMinor: price,
    currency: batch.currency,
    protocol: {
      id: protocol.id,
      version: protocol.version,
      guidelinesMarkdown: protocol.guidelinesMarkdown,
      labelSchema: protocol.labelSchema,
      edgeCases: protocol.edgeCases,
    },
    progress: progressOf(reader),
    replies: await listReplies(ctx.db, { batchId: batch.id, annotatorId }),
  };
}

async function priceOf(q: Queryable, reader: Reader): Promise<bigint> {
  const [row] = await q.execute<{ price: string }>(sql`
    select price_minor::text as price from terms where batch_id = ${reader.batchId}
      and annotator_id = ${reader.annotatorId} and tier = ${reader.tier} and terms_no = ${reader.termsNo}`);
  return BigInt(row?.price ?? '0');
}

/** Live leases of the acting person, for a page that opens again after a crash. */
export async function viewMyLeases(ctx: OrgContext, input: { batchId: string; tier: Tier }) {
  return listMyLeases(ctx.db, { ...input, annotatorId: ctx.actor.personId, now: ctx.clock.now() });
}

/** The counters of the acting person in a batch. */
export async function viewProgress(ctx: OrgContext, input: { batchId: string; tier: Tier }) {
  const reader = await findReader(ctx.db, { ...input, annotatorId: ctx.actor.personId });
  return reader && progressOf(reader);
}

/**
 * A leased case through the gate (R18): its text and links to its files, with what the person had typed before. Throws
 * `gate_refused` with the failing hops, `lease_not_found`.
 */
export async function viewCase(ctx: OrgContext, input: { batchId: string; leaseId: string }) {
  // What is the person's own is looked up while the gate decides, and shown only if it opens.
  const [opened, { lease, draft, returned }] = await sayingChanges(() =>
    Promise.all([openCase(ctx, input), ownOf(ctx, input)]),
  );
  return {
    leaseId: input.leaseId,
    leaseUntil: lease?.leaseUntil ?? ctx.clock.now(),
    round: lease?.round ?? 1,
    basis: opened.basis,
    context: opened.context,
    assets: opened.assets,
    clarifications: opened.clarifications,
    receipt: opened.receipt,
    draft,
    returned,
  };
}

/** The lease, and what the person has written on its case or had returned. */
async function ownOf(ctx: OrgContext, input: { batchId: string; leaseId: string }) {
  const { personId } = ctx.actor;
  const lease = await findLease(ctx.db, { ...input, personId, now: ctx.clock.now() });
  if (lease === null) return { lease, draft: null, returned: null };
  const task = { ...input, personId, taskId: lease.taskId, tier: lease.tier };
  const [draft, returned] = await Promise.all([findDraft(ctx.db, task), findReturn(ctx.db, task)]);
  return { lease, draft, returned };
}

/** The person's own label that a reviewer returned, with the comment; null when the case was not returned. */
async function findReturn(
  q: Queryable,
  input: { batchId: string; personId: string; taskId: string },
): Promise<{ answers: Answers; comment: string } | null> {
  const [row] = await q.execute<{ answers: Record<string, unknown>; comment: string }>(sql`
    select l.answers, r.comment from slots s
    join labels l on l.batch_id = s.batch_id and l.id = s.label_id
    join reviews r on r.batch_id = s.batch_id and r.label_id = l.id and r.outcome = 'return'
    where s.batch_id = ${input.batchId} and s.annotator_id = ${input.personId} and s.task_id = ${input.taskId}
      and s.tier = 'label' and s.status = 'leased'
    order by r.created_at desc limit 1`);
  return row ? { answers: answersRecord.parse(row.answers), comment: row.comment } : null;
}
