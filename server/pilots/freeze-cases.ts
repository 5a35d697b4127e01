import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { PilotTerms } from '#server/bids/schemas.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import type { Project } from '#server/projects/schemas.ts';
import { planCases } from '#server/work/plan-batch.ts';
import { choosePilotCases } from './choose-cases.ts';

/**
 * R15: the cases of a pilot of this call. The first one's are drawn by the terms; every later bidder gets the same frozen
 * set, whatever has been added to the dataset since. Refused with `pilot_cases` where the terms can't be met, and with
 * `pilot_cases_frozen` for other cases or another dataset than the first's.
 */
export async function casesOfCall(
  q: Queryable,
  input: {
    callId: string;
    project: Project;
    datasetId: string;
    terms: PilotTerms;
    now: Date;
    /** As named by the sponsor, for the first pilot: all of them, where they are what the terms ask for. */
    caseIds?: readonly string[] | undefined;
  },
): Promise<string[]> {
  const frozen = await frozenCases(q, input.callId);
  if (frozen === null) return drawPilotCases(q, input);
  const asked = new Set(input.caseIds ?? frozen.caseIds);
  const isSame = asked.size === frozen.caseIds.length && frozen.caseIds.every((id) => asked.has(id));
  if (frozen.datasetId !== input.datasetId || !isSame)
    throw new AppError({
      kind: 'precondition',
      reason: 'pilot_cases_frozen',
      message:
        'Another bidder of this call has a pilot on other cases. All pilots of a call are on the same ones (R15): choose the same dataset, and no cases of your own.',
    });
  return frozen.caseIds;
}

/** Cases that the terms ask for, without those that were met before. */
export async function drawPilotCases(
  q: Queryable,
  input: {
    project: Project;
    datasetId: string;
    terms: PilotTerms;
    now: Date;
    without?: ReadonlySet<string>;
    caseIds?: readonly string[] | undefined;
  },
): Promise<string[]> {
  const { terms } = input;
  const named = input.caseIds && new Set(input.caseIds);
  const plan = await planCases(q, {
    project: input.project,
    datasetId: input.datasetId,
    kind: 'pilot',
    goldMode: terms.goldMode,
    filter: {},
    sampling: { kind: 'all' },
    seed: 0,
    now: input.now,
    withoutCases: input.without,
  });
  // What is dealt on top is known by its answers alone; where one answer is right it has a class.
  const dealt = plan.gold.map((item) => ({
    id: item.caseId,
    externalId: '',
    patientKey: '',
    site: '',
    split: null,
    subgroups: {},
    isGold: true,
    classes: Object.fromEntries(
      Object.entries(item.answers).flatMap(([field, accepted]) =>
        accepted.length === 1 ? [[field, String(accepted[0])]] : [],
      ),
    ),
    final: null,
    readers: [],
    isAsked: false,
  }));
  const frame = named ? plan.frame.filter((one) => named.has(one.id)) : plan.frame;
  const { caseIds, faults } = choosePilotCases(terms, frame, dealt);
  const asked = named ? choosePilotCases(terms, plan.frame, dealt).caseIds.length : caseIds.length;
  refuse([...plan.faults, ...faults, ...namedFaults(named, caseIds.length, asked)]);
  return caseIds;
}

/** Named cases are read all or none: those that the terms have no use for would silently be left out. */
function namedFaults(named: ReadonlySet<string> | undefined, chosen: number, asked: number): ErrorDetail[] {
  if (named === undefined || (named.size === chosen && chosen === asked)) return [];
  return [
    {
      code: 'pilot.named_cases',
      message: `${named.size} cases are named, ${chosen} of them are what the terms ask for, and these ask for ${asked}. Name exactly those, or none and they are drawn.`,
    },
  ];
}

function refuse(faults: readonly ErrorDetail[]): void {
  if (faults.length === 0) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'pilot_cases',
    message: `The cases of this pilot can’t be put together: ${faults.map((one) => one.message).join(' ')}`,
    details: faults,
  });
}

/** The cases of the first pilot of a call, in the dataset's order; null before there is one. Index: pilots_call_idx. */
async function frozenCases(
  q: Queryable,
  callId: string,
): Promise<{ datasetId: string; caseIds: string[] } | null> {
  const [first] = await q.execute<{ batchId: string; datasetId: string }>(sql`
    select b.id as "batchId", b.dataset_id as "datasetId"
    from pilots p join pilot_batches o on o.pilot_id = p.id and o.sequence = 1 join batches b on b.id = o.batch_id
    where p.call_id = ${callId} order by p.created_at, p.id limit 1`);
  if (!first) return null;
  const rows = await q.execute<{ caseId: string }>(sql`
    select t.case_id as "caseId" from tasks t
    join cases c on c.dataset_id = ${first.datasetId} and c.id = t.case_id
    where t.batch_id = ${first.batchId} and not t.is_dealt_gold order by c.position`);
  return { datasetId: first.datasetId, caseIds: rows.map((row) => row.caseId) };
}
