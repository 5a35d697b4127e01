import type { CommandContext } from '#server/command/context.ts';
import type { Project } from '#server/projects/schemas.ts';
import { estimateReach, reachFacts } from './estimate-reach.ts';
import { matchIndex } from './live-index.ts';
import { matchVendors, requestOf } from './match-project.ts';
import { listReliabilities } from './vendor-queries.ts';

export type Market = {
  qualified: number;
  available: number;
  /** Median reads an hour of those measured; null when nobody is. */
  readsPerHour: number | null;
  /** Of all who are available together; null when no pace is known or too few for the overlap. */
  readsPerDay: number | null;
  isHoursAssumed: boolean;
  /** Vendors that pass every gate, of the first 200. */
  fittingVendors: number;
  /** Krippendorff's α of like batches: tenth and ninetieth of a hundred; null with too few. */
  reliability: { lower: number; upper: number; n: number } | null;
};

/** Who could be hired for a project now, as matching knows it: for a sponsor who weighs ways of getting it labelled. */
export async function marketOf(
  ctx: Pick<CommandContext, 'db' | 'clock'>,
  project: Project,
  of: { cases: number },
): Promise<Market> {
  const now = ctx.clock.now();
  const index = await matchIndex(ctx);
  const request = await requestOf(ctx.db, project, { now, limit: 1 });
  const facts = reachFacts(index.people, request, null);
  const { overlap } = project.qualityPolicy;
  const reach = estimateReach(facts, {
    cases: of.cases,
    overlap,
    priceMinor: null,
    reliabilities: await listReliabilities(ctx.db, { modality: project.modality, anatomy: project.anatomy }),
  });
  const vendors = await matchVendors(ctx.db, project, { index, request, now, limit: 200 });
  const perDay =
    facts.readsPerHour === null ? null : (facts.available * facts.readsPerHour * facts.hoursPerWeek) / 7;
  return {
    qualified: facts.qualified,
    available: facts.available,
    readsPerHour: facts.readsPerHour,
    readsPerDay: facts.available < overlap ? null : perDay,
    isHoursAssumed: facts.isHoursAssumed,
    fittingVendors: vendors.filter((one) => one.score !== null).length,
    reliability: reach.reliability,
  };
}
