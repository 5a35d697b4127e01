import type { Database } from '#db/client.ts';
import { agreements } from '#db/schema/agreements.ts';
import type { credentials, verifications } from '#db/schema/credentials.ts';
import { findNewestTemplate } from '#server/agreements/queries.ts';
import { partiesOf } from '#server/agreements/rules.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { bulk } from './bulk.ts';
import type { CrowdPerson, CrowdVendor } from './crowd.ts';

/** The check at its source of everything that has been verified there, two days after it was claimed. */
export function checksOf(
  claimed: readonly (typeof credentials.$inferInsert)[],
  by: { operatorId: string },
): (typeof verifications.$inferInsert)[] {
  return claimed
    .filter((one) => one.level === 'primary_source')
    .map(({ id, issuer, createdAt }) => {
      const at = plus(createdAt, 2 * DAY);
      return {
        id: newId(),
        credentialId: id,
        status: 'validated',
        statusDate: at,
        primarySource: issuer,
        communicationMethod: 'portal',
        level: 'primary_source',
        sourceAsOf: at.toISOString().slice(0, 10),
        sourceStanding: 'active',
        verifiedBy: by.operatorId,
        createdAt: at,
      };
    });
}

/** The platform's services agreement with everybody but the two newest vendors and every sixth independent (R1). */
export async function signServices(
  db: Database,
  at: {
    now: Date;
    platformOrgId: string;
    vendors: readonly CrowdVendor[];
    independents: readonly CrowdPerson[];
  },
): Promise<void> {
  const template = present(await findNewestTemplate(db, 'services'), 'The services template');
  const parties = [
    ...at.vendors.slice(0, -2).map(({ orgId }) => ({ orgId, orgKind: 'vendor' as const })),
    ...at.independents
      .filter((_, index) => index % 6 !== 5)
      .map(({ orgId }) => ({ orgId, orgKind: 'independent' as const })),
  ];
  await bulk(
    db,
    agreements,
    parties.map((party) => ({
      id: newId(),
      kind: 'services' as const,
      templateId: template.id,
      ...partiesOf({ ...party, platformOrgId: at.platformOrgId }),
      status: 'active' as const,
      effectiveFrom: plus(at.now, -100 * DAY)
        .toISOString()
        .slice(0, 10),
      createdAt: plus(at.now, -100 * DAY),
      activatedAt: plus(at.now, -100 * DAY),
    })),
  );
}
