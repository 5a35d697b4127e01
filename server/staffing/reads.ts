import type { Queryable } from '#db/client.ts';
import { type EngagementRole, type EngagementRow, listEngagements } from './queries.ts';

export { hoursLeft } from './days-away.ts';
export { findAcceptedPrice, findHighestOffer } from './offer-queries.ts';
export { listEngagingSponsors } from './queries.ts';
export type Engagement = EngagementRow;
export type { EngagementRole };

/** Engagements that match; `status` defaults to active. At most 1,000. */
export async function findEngagements(
  q: Queryable,
  filter: {
    projectId?: string;
    personId?: string;
    viaOrgId?: string;
    roles?: readonly EngagementRole[];
    status?: Engagement['status'];
  },
): Promise<Engagement[]> {
  return listEngagements(q, { status: 'active', ...filter });
}
