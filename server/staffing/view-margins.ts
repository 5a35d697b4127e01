import type { OrgContext } from '#server/command/context.ts';
import { listOrgMembers, namesOfPeople } from '#server/identity/reads.ts';
import { listCurrentRates, listOwnWork, type OwnWorkRow } from './margin-queries.ts';
import { marginOf, staffCost } from './rules.ts';
import type { MarginsView, StaffRate } from './schemas.ts';

/**
 * What the acting vendor earned on each project, what its people cost it at the rates in force now, and what is left; newest
 * project first. Nobody but the vendor sees it (R21). Earned is what the ledger has taken; reads are accepted
 * ones, and both wait where gold is hidden among them, so that they do not tell it.
 */
export async function viewMargins(ctx: OrgContext): Promise<MarginsView> {
  const { orgId } = ctx.actor;
  const [rows, rates, members] = await Promise.all([
    listOwnWork(ctx.db, { orgId, now: ctx.clock.now() }),
    listCurrentRates(ctx.db, orgId),
    listOrgMembers(ctx.db, orgId),
  ]);
  const readers = members.filter((member) =>
    member.roles.some((role) => role === 'vendor_annotator' || role === 'qa_lead'),
  );
  const people = [...new Set([...rows, ...readers].map((one) => one.personId))];
  const names = await namesOfPeople(ctx.db, people);
  const nameOf = (personId: string) => names.get(personId)?.name ?? 'Former member';
  const ratesOf = Map.groupBy(rates, (rate) => rate.personId);
  const rateOf = (personId: string, currency: string) =>
    ratesOf.get(personId)?.find((rate) => rate.currency === currency);
  const projects = [...new Set(rows.map((row) => row.projectId))];
  return {
    staff: people.map((personId) => ({
      personId,
      name: nameOf(personId),
      rates: (ratesOf.get(personId) ?? []).map(withoutPerson),
    })),
    projects: projects.map((projectId) =>
      projectMargin(
        rows.filter((row) => row.projectId === projectId),
        rateOf,
        nameOf,
      ),
    ),
  };
}

const withoutPerson = ({ personId: _, ...rate }: StaffRate) => rate;

function projectMargin(
  rows: readonly OwnWorkRow[],
  rateOf: (personId: string, currency: string) => StaffRate | undefined,
  nameOf: (personId: string) => string,
): MarginsView['projects'][number] {
  const people = rows.map(({ personId, reads, activeMs, earnedMinor, currency }) => ({
    personId,
    name: nameOf(personId),
    reads,
    activeMs,
    earnedMinor,
    costMinor: staffCost({ reads, activeMs, currency }, rateOf(personId, currency)),
  }));
  const [first] = rows;
  const earnedMinor = people.reduce((sum, person) => sum + person.earnedMinor, 0n);
  const missing = people.filter((person) => person.costMinor === null).map((person) => person.name);
  const staffCostMinor =
    missing.length > 0 ? null : people.reduce((sum, person) => sum + (person.costMinor ?? 0n), 0n);
  return {
    projectId: first?.projectId ?? '',
    title: first?.title ?? '',
    currency: first?.currency ?? '',
    reads: people.reduce((sum, person) => sum + person.reads, 0),
    activeMs: people.reduce((sum, person) => sum + person.activeMs, 0),
    earnedMinor,
    staffCostMinor,
    ...marginOf(earnedMinor, staffCostMinor),
    missing,
    people,
  };
}
