import type { Database } from '#db/client.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { type Clock, DAY, plus } from '#server/core/clock.ts';
import type { CrowdVendor } from './crowd.ts';

/** What a large vendor has signed beyond its contract: one ends within a month, one has ended, one is under notice. */
export async function signPapers(
  db: Database,
  { clock, vendor }: { clock: Clock; vendor: CrowdVendor },
): Promise<void> {
  const org = { id: vendor.orgId, kind: 'vendor' as const };
  const day = (days: number) =>
    plus(clock.now(), days * DAY)
      .toISOString()
      .slice(0, 10);
  await makeAgreement(db, { kind: 'confidentiality', org, clock, effectiveUntil: day(25) });
  await makeAgreement(db, {
    kind: 'nda',
    org,
    clock,
    status: 'expired',
    effectiveFrom: day(-400),
    effectiveUntil: day(-35),
  });
  await makeAgreement(db, {
    kind: 'dpa',
    org,
    clock,
    status: 'termination_noticed',
    effectiveUntil: day(60),
  });
}
