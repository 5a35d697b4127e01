import { and, eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { screeningHits } from '#db/schema/registers.ts';
import { DAY } from '#server/core/clock.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { type ImportRow, listCurrent, listRuns, problemsOf } from './import-queries.ts';
import { OLD_AFTER_DAYS, REGISTERS } from './register-words.ts';
import {
  exclusionRecord,
  type HitView,
  type ImportView,
  type RegisterView,
  screenedComparison,
  screenedList,
} from './schemas.ts';
import { type ComparedPerson, comparedPeopleById } from './screened-people.ts';
import {
  countWaitingPeople,
  decisionsOn,
  type HitRow,
  hitsOfPeople,
  listHitsIn,
  listRunsOfEverybody,
  listWaitingPeople,
  type RunRow,
} from './screening-queries.ts';

/** Imports shown of each register. */
const RUNS_SHOWN = 8;
const PEOPLE_SHOWN = 50;

/**
 * The confirmed exclusion of a person, or null (screening_hits_confirmed_idx). The gate to work and data reads the same in
 * its own statement.
 */
export async function activeExclusion(q: Queryable, personId: string): Promise<{ hitId: string } | null> {
  const [row] = await q
    .select({ hitId: screeningHits.id })
    .from(screeningHits)
    .where(and(eq(screeningHits.personId, personId), eq(screeningHits.status, 'confirmed')))
    .limit(1);
  return row ?? null;
}

/** Every register with what is in use, how old it is and its last imports. */
export async function readRegisters(q: Queryable, now: Date): Promise<RegisterView[]> {
  return Promise.all(
    REGISTERS.map(async (register) => {
      const inUse = await listCurrent(q, register.source);
      const runs = await listRuns(q, register.source, RUNS_SHOWN);
      const current = inUse.find((one) => one.mode === 'full') ?? null;
      const newest = inUse
        .map((one) => one.asOf)
        .sort()
        .at(-1);
      const ageDays =
        newest === undefined
          ? null
          : Math.floor((now.getTime() - new Date(`${newest}T00:00:00Z`).getTime()) / DAY);
      return {
        ...register,
        current: current === null ? null : importView(current),
        layers: inUse.filter((one) => one.mode !== 'full').map(importView),
        ageDays,
        isOld: ageDays !== null && ageDays > OLD_AFTER_DAYS[register.source],
        runs: runs.map(importView),
      };
    }),
  );
}

function importView(row: ImportRow): ImportView {
  return {
    id: row.id,
    mode: row.mode,
    status: row.status,
    fileName: row.fileName,
    fileSha256: row.fileSha256,
    asOf: row.asOf,
    rows: row.rowsDone,
    rowsBefore: row.rowsBefore,
    share: row.status === 'staging' ? row.bytesDone / row.fileBytes : 1,
    layer: row.layer,
    shrunkReason: row.shrunkReason,
    problems: problemsOf(row),
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

const NOBODY = {
  country: null,
  legalName: null,
  formerFamilyName: null,
  birthDate: null,
  npis: [],
  places: [],
};

/** The screening desk: who waits, the next person with their open records side by side, and the confirmed exclusions. */
export async function readScreeningDesk(q: Queryable, input: { personId?: string | undefined }) {
  const { people: waiting, oldest } = await countWaitingPeople(q);
  const line = await listWaitingPeople(q, PEOPLE_SHOWN);
  const confirmed = await listHitsIn(q, 'confirmed', PEOPLE_SHOWN);
  const nextId = input.personId ?? line[0]?.personId;
  const nextHits =
    nextId === undefined
      ? []
      : (await hitsOfPeople(q, [nextId])).filter((hit) => hit.status !== 'superseded');
  const people = await comparedPeopleById(q, [
    ...line.map((one) => one.personId),
    ...confirmed.map((hit) => hit.personId),
    ...(nextId === undefined ? [] : [nextId]),
  ]);
  const views = await hitViews(q, [...nextHits, ...confirmed]);
  const personOf = (personId: string) =>
    people.get(personId) ?? { ...NOBODY, personId, name: 'Erased account' };
  const [lastFullRun] = await listRunsOfEverybody(q, 1);
  return {
    waiting,
    oldest,
    people: line.map((one) => ({ ...one, name: personOf(one.personId).name })),
    next:
      nextId === undefined || nextHits.length === 0
        ? null
        : { person: personOf(nextId), hits: viewsOf(nextHits, views).toSorted((a, b) => b.score - a.score) },
    confirmed: confirmed
      .flatMap((hit) => {
        const view = views.get(hit.id);
        if (view === undefined) return [];
        return [
          {
            person: personOf(hit.personId),
            hit: view,
            isObjectedTo: view.decisions.at(-1)?.decision === 'objected',
          },
        ];
      })
      .toSorted((a, b) => urgency(b) - urgency(a)),
    lastFullRun: lastFullRun === undefined ? null : runView(lastFullRun),
  };
}

const urgency = (one: { isObjectedTo: boolean; hit: HitView }) =>
  one.isObjectedTo ? 2 : one.hit.isListed ? 0 : 1;

/** The last screenings of everybody. */
export async function readScreeningRuns(q: Queryable) {
  return (await listRunsOfEverybody(q, 24)).map(runView);
}

function runView(row: RunRow) {
  return {
    id: row.id,
    cause: row.cause,
    isEverybody: row.personId === null,
    status: row.status,
    lists: screenedList.array().parse(row.lists),
    peopleScreened: row.peopleScreened,
    hitsNew: row.hitsNew,
    hitsKnown: row.hitsKnown,
    setAside: row.setAside,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

async function hitViews(q: Queryable, hits: readonly HitRow[]): Promise<Map<string, HitView>> {
  const ids = [...new Set(hits.map((hit) => hit.id))];
  const decisions = await decisionsOn(q, ids);
  const names = await namesOfPeople(
    q,
    decisions.map((one) => one.decidedBy),
  );
  return new Map(
    hits.map((hit) => [
      hit.id,
      {
        id: hit.id,
        source: hit.source,
        basis: hit.basis,
        score: hit.score,
        status: hit.status,
        isListed: hit.isListed,
        record: exclusionRecord.parse(hit.record),
        comparison: screenedComparison.parse(hit.comparison),
        openedAt: hit.openedAt,
        decidedAt: hit.decidedAt,
        decisions: decisions
          .filter((one) => one.hitId === hit.id)
          .map((one) => ({
            decision: one.decision,
            reason: one.reason,
            evidence: one.evidence,
            by: names.get(one.decidedBy)?.name ?? 'Erased account',
            at: one.decidedAt,
          })),
      },
    ]),
  );
}

const viewsOf = (hits: readonly HitRow[], views: Map<string, HitView>) =>
  hits.flatMap((hit) => views.get(hit.id) ?? []);

/** What a person sees of their own screening: the details they gave, and confirmed exclusions with their objection. */
export async function readOwnScreening(q: Queryable, personId: string) {
  const own: ComparedPerson | undefined = (await comparedPeopleById(q, [personId])).get(personId);
  const confirmed = (await hitsOfPeople(q, [personId])).filter((hit) => hit.status === 'confirmed');
  const views = await hitViews(q, confirmed);
  return {
    details: {
      legalGivenName: own?.legalGivenName ?? null,
      legalFamilyName: own?.legalFamilyName ?? null,
      formerFamilyName: own?.formerFamilyName ?? null,
      birthDate: own?.birthDate ?? null,
    },
    exclusions: viewsOf(confirmed, views).map((hit) => {
      const decision = hit.decisions.findLast((one) => one.decision === 'confirmed');
      const objection = hit.decisions.findLast((one) => one.decision === 'objected');
      const answer = hit.decisions.findLast((one) => one.decision === 'upheld');
      const isAnswered = answer !== undefined && objection !== undefined && answer.at >= objection.at;
      return {
        hitId: hit.id,
        source: hit.source,
        record: hit.record,
        reason: decision?.reason ?? '',
        decidedAt: decision?.at ?? hit.openedAt,
        objection:
          objection === undefined
            ? null
            : { statement: objection.reason, at: objection.at, answer: isAnswered ? answer.reason : null },
      };
    }),
  };
}
