import type { Queryable } from '#db/client.ts';
import { findChosenPlan, listAssignments } from './roster-queries.ts';

/** Who has accepted a seat of the roster in force of a contract, and stays when it is planned again around them. */
export async function keptPeople(
  q: Queryable,
  contractId: string,
): Promise<{ personId: string; seat: string }[]> {
  const chosen = await findChosenPlan(q, contractId);
  if (!chosen) return [];
  return (await listAssignments(q, chosen.id))
    .filter((one) => one.status === 'accepted')
    .map(({ personId, seat }) => ({ personId, seat }));
}
