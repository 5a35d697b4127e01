import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { draftRoster } from '#server/staffing/draft-roster.ts';
import { solveRoster } from '#server/staffing/solve-roster.ts';
import { viewContractRoster } from '#server/staffing/view-rosters.ts';
import { decideStrategy } from '#server/strategy/decide-strategy.ts';
import { viewStrategy } from '#server/strategy/views.ts';
import { jobOf } from './acts.ts';
import type { Award } from './agree-terms.ts';
import type { HeldTender } from './hold-tender.ts';

const WEEKS = 6;
const READS_PER_WEEK = 2_500;

/** A roster of the award, planned over the whole crowd of its vendor; nobody has been asked yet. */
export async function planRoster({ scene, vendor, contractId }: Award): Promise<void> {
  const { defaults } = await viewContractRoster(vendor.owner, { contractId });
  const { planId } = await draftRoster(vendor.owner, {
    contractId,
    basePlanId: null,
    parameters: {
      ...defaults,
      readsByWeek: Array.from({ length: WEEKS }, () => READS_PER_WEEK),
    },
  });
  await solveRoster(jobOf(scene), { planId });
}

/** How a project without a call is to be labelled: weighed with three people of the sponsor's own, decided as recommended. */
export async function decideOn(tender: HeldTender, owner: OrgContext): Promise<void> {
  const projectId = tender.scene.project.id;
  const inputs = {
    cases: 4_000,
    needBy: plus(owner.clock.now(), 75 * DAY)
      .toISOString()
      .slice(0, 10),
    budgetModel: 'per_label' as const,
    isForSubmission: false,
    insideShareBasisPoints: 1_000,
    model: null,
    pricePerReadMinor: null,
    ownStaff: { people: 3, hoursPerWeek: 6, costPerHourMinor: 6_500n, readsPerHour: 24, readyInDays: 14 },
  };
  const { recommendedMode, modes } = await viewStrategy(owner, { projectId, inputs });
  const mode = recommendedMode ?? 'human';
  const source = modes.find((one) => one.mode === mode)?.recommended ?? 'buy';
  await decideStrategy(owner, {
    projectId,
    inputs,
    mode,
    source,
    reason: 'Weighed with the clinical lead; the figures below are those of the day.',
  });
}
