import type { Database } from '#db/client.ts';
import { vendorEvidence } from '#db/schema/vendors.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { storeFile } from '#server/files/store-file.ts';

/** A SOC 2 report of a vendor, uploaded a moment ago, for a year to come unless told otherwise. */
export async function makeEvidence(
  db: Database,
  input: {
    orgId: string;
    personId: string;
    expiresOn?: string;
    status?: 'uploaded' | 'reviewed';
    isOpenToSponsors?: boolean;
    clock?: Clock;
  },
): Promise<string> {
  const clock = input.clock ?? systemClock;
  const now = clock.now();
  const day = (days: number) =>
    plus(now, days * DAY)
      .toISOString()
      .slice(0, 10);
  const id = newId();
  const ctx = systemContext({ db, clock, name: 'factory', requestId: newId() });
  await transact(ctx, async (tx) => {
    const file = await storeFile(tx, {
      bytes: new TextEncoder().encode(`%PDF-1.7 ${id}`),
      mediaType: 'application/pdf',
      fileName: 'soc2.pdf',
      orgId: input.orgId,
    });
    await tx.db.insert(vendorEvidence).values({
      id,
      orgId: input.orgId,
      kind: 'soc2_type2',
      status: input.status ?? 'uploaded',
      issuer: 'Prescient Assurance LLC',
      scope: 'Annotation platform and reading rooms',
      periodFrom: day(-400),
      periodTo: day(-35),
      expiresOn: input.expiresOn ?? day(330),
      fileId: file.id,
      isOpenToSponsors: input.isOpenToSponsors ?? false,
      uploadedBy: input.personId,
      uploadedAt: now,
      ...(input.status === 'reviewed' ? { reviewedBy: input.personId, reviewedAt: now } : {}),
    });
  });
  return id;
}
