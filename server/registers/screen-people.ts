import type { Tx } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { listPrivateDetails, privateDetailsOf } from '#server/identity/private-details.ts';
import { initialsOf } from './names.ts';
import { type ScreenedList, screenedList } from './schemas.ts';
import { type ComparedPerson, comparedPeople } from './screened-people.ts';
import {
  countNames,
  currentLists,
  findCandidates,
  type HitRow,
  hitsOfPeople,
  insertHits,
  insertRun,
  listRunsOfEverybody,
  lockRunningRun,
  markListed,
  type RunRow,
  supersedeOpen,
  updateRun,
} from './screening-queries.ts';
import { compareWithRecord, keysOf, type Match, type Subject, subjectOf } from './screening-rules.ts';

/** People compared in one transaction, a tenth of a second or so. */
const PAGE = 500;
const RESCREEN_DAYS = 30;

type Counts = { peopleScreened: number; hitsNew: number; hitsKnown: number; setAside: number };

/**
 * Screens everybody against the exclusion lists in use (R27, facts B4): page by page in the order of person ids, each page
 * a transaction that also moves the run's cursor, so that a run goes on after a stop and several processes share one. A run
 * whose lists were replaced under way ends, and another begins. Nobody is excluded by it: it asks an operator.
 * Returns the run, or null when there is no list.
 */
export async function screenEverybody(
  ctx: CommandContext,
  input: { cause: RunRow['cause'] },
): Promise<string | null> {
  let runId: string | null = null;
  for (;;) {
    const step = await transact(ctx, (tx) => screenNextPage(tx, input.cause, runId));
    runId = step.runId;
    if (step.isDone) return runId;
  }
}

async function screenNextPage(
  tx: CommandTx,
  cause: RunRow['cause'],
  mine: string | null,
): Promise<{ runId: string | null; isDone: boolean }> {
  const lists = await currentLists(tx.db);
  const running = await lockRunningRun(tx.db);
  const isSame = running !== null && sameLists(screenedList.array().parse(running.lists), lists);
  if (running !== null && !isSame) await updateRun(tx.db, running.id, { status: 'done', endedAt: tx.now });
  if (lists.length === 0) return { runId: null, isDone: true };
  // Somebody else has ended the run that this call shared.
  if (mine !== null && running === null) return { runId: mine, isDone: true };
  const run = isSame ? running : await beginRun(tx, { cause, personId: null, lists });
  const page = await listPrivateDetails(tx.db, { after: run.cursor, limit: PAGE });
  const counts = await screenPage(tx, run, lists, await comparedPeople(tx.db, page));
  const isDone = page.length < PAGE;
  await updateRun(tx.db, run.id, {
    cursor: page.at(-1)?.personId ?? run.cursor,
    ...added(run, counts),
    ...(isDone ? { status: 'done', endedAt: tx.now } : {}),
  });
  if (isDone) {
    await markListed(
      tx.db,
      lists.map((list) => list.importId),
    );
    await auditRun(tx, run, added(run, counts));
  }
  return { runId: run.id, isDone };
}

/** Screens one person at once: their name, birth date or numbers have changed, or an operator asks. Null without a list. */
export async function screenPerson(
  ctx: CommandContext,
  input: { personId: string; cause: RunRow['cause'] },
): Promise<string | null> {
  return transact(ctx, async (tx) => {
    const lists = await currentLists(tx.db);
    const details = await privateDetailsOf(tx.db, [input.personId]);
    if (lists.length === 0 || details.size === 0) return null;
    const run = await beginRun(tx, { ...input, lists });
    const counts = await screenPage(tx, run, lists, await comparedPeople(tx.db, [...details.values()]));
    await updateRun(tx.db, run.id, { ...counts, status: 'done', endedAt: tx.now });
    await auditRun(tx, run, counts);
    return run.id;
  });
}

/** Everybody again when the last whole screening is a month old; goes on with one that was cut. Null when nothing is due. */
export async function rescreenWhenDue(ctx: CommandContext): Promise<string | null> {
  const [last] = await listRunsOfEverybody(ctx.db, 1);
  const isDue = last === undefined || last.startedAt < plus(ctx.clock.now(), -RESCREEN_DAYS * DAY);
  if (!isDue && last.status === 'done') return null;
  return screenEverybody(ctx, { cause: 'monthly' });
}

async function beginRun(
  tx: CommandTx,
  input: { cause: RunRow['cause']; personId: string | null; lists: ScreenedList[] },
): Promise<Pick<RunRow, 'id' | 'cursor' | 'cause'> & Counts> {
  const counts = { peopleScreened: 0, hitsNew: 0, hitsKnown: 0, setAside: 0 };
  const run = { id: newId(), cause: input.cause, cursor: null, ...counts };
  await insertRun(tx.db, { ...run, personId: input.personId, lists: input.lists, startedAt: tx.now });
  return run;
}

function sameLists(a: readonly ScreenedList[], b: readonly ScreenedList[]): boolean {
  return a.map((list) => list.importId).join() === b.map((list) => list.importId).join();
}

function added(run: Counts, counts: Counts): Counts {
  return {
    peopleScreened: run.peopleScreened + counts.peopleScreened,
    hitsNew: run.hitsNew + counts.hitsNew,
    hitsKnown: run.hitsKnown + counts.hitsKnown,
    setAside: run.setAside + counts.setAside,
  };
}

async function auditRun(tx: CommandTx, run: Pick<RunRow, 'id' | 'cause'>, counts: Counts): Promise<void> {
  await tx.audit({
    action: 'registers.screened',
    subject: { kind: 'screening_run', id: run.id },
    detail: { cause: run.cause, ...counts },
  });
}

async function screenPage(
  tx: CommandTx,
  run: Pick<RunRow, 'id'>,
  lists: readonly ScreenedList[],
  people: readonly ComparedPerson[],
): Promise<Counts> {
  const subjects = people.map(subjectOf);
  const counts = { peopleScreened: people.length, hitsNew: 0, hitsKnown: 0, setAside: 0 };
  const { matches, setAside } = await matchAll(tx, subjects, lists);
  counts.setAside = setAside;
  const personIds = subjects.map((one) => one.personId);
  const before = await hitsOfPeople(tx.db, personIds);
  const known: HitRow[] = [];
  const fresh: Parameters<typeof insertHits>[1] = [];
  for (const { subject, match, found } of matches) {
    const asked = before.find(
      (hit) =>
        hit.personId === subject.personId &&
        hit.source === found.record.source &&
        hit.recordHash === found.recordHash &&
        // Who was confirmed to be the one of a record is that whatever they say of themselves later.
        (hit.status === 'confirmed' || hit.personVersion === subject.version) &&
        hit.status !== 'superseded',
    );
    if (asked) known.push(asked);
    else {
      fresh.push({
        id: newId(),
        runId: run.id,
        personId: subject.personId,
        source: found.record.source,
        recordHash: found.recordHash,
        record: found.record,
        ...match,
        personVersion: subject.version,
        openedAt: tx.now,
      });
    }
  }
  await supersedeOpen(tx.db, { personIds, except: known.map((hit) => hit.id) });
  counts.hitsNew = await insertHits(tx.db, fresh);
  counts.hitsKnown = matches.length - counts.hitsNew;
  return counts;
}

type Found = Awaited<ReturnType<typeof findCandidates>>[number];

async function matchAll(
  tx: { db: Tx; now: Date },
  subjects: readonly Subject[],
  lists: readonly ScreenedList[],
): Promise<{ matches: { subject: Subject; match: Match; found: Found }[]; setAside: number }> {
  const importIds = lists.map((list) => list.importId);
  const keys = subjects.map((subject) => keysOf(subject, initialsOf));
  const candidates = await findCandidates(tx.db, {
    importIds,
    today: tx.now.toISOString().slice(0, 10),
    keys: {
      npis: keys.flatMap((one, at) => one.npis.map((npi) => ({ at, npi }))),
      names: keys.flatMap((one, at) => one.lasts.map((last) => ({ at, ...last }))),
    },
  });
  const likely = candidates.filter((found) => found.lastKey !== '' && found.firstKey !== '');
  const sameNames = await countNames(tx.db, {
    importIds,
    names: likely.map((found) => ({ last: found.lastKey, first: found.firstKey })),
  });
  const matches = [];
  const seen = new Set<string>();
  let setAside = 0;
  for (const found of candidates) {
    const subject = subjects[found.at];
    // The same record may be in a list twice.
    const key = `${found.at} ${found.record.source} ${found.recordHash}`;
    if (subject === undefined || seen.has(key)) continue;
    seen.add(key);
    const match = compareWithRecord(subject, found, sameNames.get(`${found.lastKey} ${found.firstKey}`) ?? 1);
    if (match === 'set_aside') setAside += 1;
    else if (match !== null) matches.push({ subject, match, found });
  }
  return { matches, setAside };
}
