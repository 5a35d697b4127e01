import { and, eq } from 'drizzle-orm';
import { contracts } from '#db/schema/bids.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { saveTeam } from '#server/identity/save-team.ts';
import { agreeTerms } from './agree-terms.ts';
import type { CrowdVendor } from './crowd.ts';
import type { HeldTender } from './hold-tender.ts';
import { pairReaders } from './pair-readers.ts';
import { planRoster } from './plan-work.ts';
import { routeWork } from './route-work.ts';

/**
 * A week under an award: terms beyond the bid with a disputed credit, a batch read by technical staff under experts and the
 * labels of one of them recalled, a team of those who read, own staff with what overflows of it, and a roster planned over the vendor's crowd.
 */
export async function workUnderAward(
  { scene, bidders }: HeldTender,
  at: {
    today: Date;
    crowd: CrowdVendor;
    operator: OrgContext;
    passwordHash: string;
    mailDomain: string;
  },
): Promise<void> {
  const vendor = present(bidders[0], 'The bidder that was awarded');
  const [row] = await scene.db
    .select({ id: contracts.id, priceMinor: contracts.pricePerReadMinor })
    .from(contracts)
    .where(and(eq(contracts.projectId, scene.project.id), eq(contracts.kind, 'award')));
  const { id: contractId, priceMinor } = present(row, 'The award');
  const award = { scene, vendor, contractId, priceMinor, today: at.today };
  await saveTeam(vendor.owner, {
    teamId: null,
    name: 'Musculoskeletal desk',
    leadId: null,
    add: vendor.annotators.map((one) => one.actor.personId),
    remove: [],
  });
  await agreeTerms(award);
  await pairReaders({ ...award, ...at });
  await routeWork(award, at);
  await planRoster(award);
}
