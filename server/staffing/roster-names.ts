import type { Queryable } from '#db/client.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import type { RosterFacts } from './roster-schemas.ts';

/** Facts as they are kept: people by their pseudonym, so that an erased account leaves no name behind (design rule 11). */
export function withoutNames(facts: RosterFacts): RosterFacts {
  return renamed(facts, () => '');
}

/** Kept facts with the names that people have now. */
export async function withNames(q: Queryable, facts: RosterFacts): Promise<RosterFacts> {
  const ids = [...facts.model.candidates, ...facts.leftOut].map((one) => one.personId);
  const names = await namesOfPeople(q, ids);
  return renamed(facts, (personId) => names.get(personId)?.name ?? 'Former member');
}

function renamed(facts: RosterFacts, nameOf: (personId: string) => string): RosterFacts {
  const { model, leftOut, assumed } = facts;
  return {
    model: { ...model, candidates: model.candidates.map((one) => ({ ...one, name: nameOf(one.personId) })) },
    leftOut: leftOut.map((one) => ({ ...one, name: nameOf(one.personId) })),
    assumed,
  };
}
