import type { Queryable } from '#db/client.ts';
import { getBid } from '#server/bids/reads.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { describeCredentialRule } from '#server/credentials/rules.ts';
import { listTeams } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { daysAfter } from './availability-rules.ts';
import { contractNotFound } from './draft-roster.ts';
import { earliestStart } from './gather-roster.ts';
import { continueFrom, defaultParameters } from './roster-defaults.ts';
import {
  countReadsUnder,
  findVendorContract,
  listAssignments,
  listAvailability,
  listChosenPlans,
  listPlans,
  listReadingStaff,
  listVendorContracts,
  type PlanRow,
} from './roster-queries.ts';
import { readParameters } from './stored-parameters.ts';

const summaryOf = ({ id, version, status, createdAt, startOn, weeks }: PlanRow) => ({
  planId: id,
  version,
  status,
  createdAt,
  startOn,
  weeks,
});

/** The acting vendor's contracts, newest first, each with its roster in force and how its people have answered. */
export async function viewRosters(ctx: OrgContext) {
  const { orgId } = ctx.actor;
  const [contracts, chosen] = await Promise.all([
    listVendorContracts(ctx.db, orgId),
    listChosenPlans(ctx.db, orgId),
  ]);
  const live = contracts.filter(
    ({ contract }) => contract.status === 'active' || chosen.some((one) => one.contractId === contract.id),
  );
  return Promise.all(
    live.map(async ({ contract, title, deadline }) => {
      const plan = chosen.find((one) => one.contractId === contract.id) ?? null;
      const [assignments, plans] = await Promise.all([
        plan ? listAssignments(ctx.db, plan.id) : [],
        listPlans(ctx.db, contract.id),
      ]);
      const answered = (status: string) => assignments.filter((one) => one.status === status).length;
      return {
        contractId: contract.id,
        title,
        kind: contract.kind,
        status: contract.status,
        deadline,
        chosen: plan && summaryOf(plan),
        answers: {
          proposed: answered('proposed'),
          accepted: answered('accepted'),
          declined: answered('declined'),
          dropped: answered('dropped'),
        },
        drafts: plans.filter((one) => one.status !== 'superseded' && one.status !== 'chosen').length,
      };
    }),
  );
}

/** One contract of the acting vendor as its planner opens: what is asked for, the plans so far, where a next one begins. */
export async function viewContractRoster(ctx: OrgContext, input: { contractId: string }) {
  const { orgId, capabilities } = ctx.actor;
  const found = await findVendorContract(ctx.db, orgId, input.contractId);
  if (!found) throw contractNotFound();
  const { contract, title, deadline } = found;
  const earliest = earliestStart(ctx.clock.now());
  const [project, plans, staff, teams] = await Promise.all([
    getProject(ctx.db, contract.projectId),
    listPlans(ctx.db, contract.id),
    listReadingStaff(ctx.db, orgId),
    listTeams(ctx.db, { orgId }),
  ]);
  const known = await listAvailability(
    ctx.db,
    staff.map((one) => one.personId),
  );
  const last = plans.find((one) => one.status === 'chosen') ?? plans[0];
  const overlap =
    contract.kind === 'award' ? project.qualityPolicy.overlap : pilotTerms.parse(contract.terms).overlap;
  return {
    contractId: contract.id,
    title,
    kind: contract.kind,
    status: contract.status,
    currency: contract.currency,
    priceMinor: contract.pricePerReadMinor,
    deadline,
    projectRule: describeCredentialRule(project.credentialRule),
    overlapOfProject: overlap,
    onshoreOfProject: {
      country: project.locationPolicy.onshoreCountry,
      shareBasisPoints: project.locationPolicy.onshoreShareBasisPoints,
    },
    canSeeMoney: capabilities.has('vendor.money'),
    teams: teams.map(({ teamId, name }) => ({ teamId, name })),
    staff: staff.length,
    withAvailability: known.size,
    earliestStart: earliest,
    defaults: last
      ? { ...continueFrom(readParameters(last.parameters), earliest), without: [], including: [] }
      : defaultParameters({
          project,
          contract,
          ...(await openWork(ctx.db, contract)),
          overlap,
          startOn: daysAfter(earliest, 7),
          people: staff.length,
        }),
    plans: plans.map(summaryOf),
  };
}

/** What is left of open batches, by what the vendor's own people have handed in; else the pace that was bid. */
async function openWork(
  q: Queryable,
  contract: { id: string; bidId: string },
): Promise<{ readsLeft: number | null; readsPerDay: number }> {
  const [{ needed, submitted }, bid] = await Promise.all([
    countReadsUnder(q, contract.id),
    getBid(q, contract.bidId),
  ]);
  return { readsLeft: needed > 0 ? Math.max(0, needed - submitted) : null, readsPerDay: bid.readsPerDay };
}
