import { DAY } from '#server/core/clock.ts';
import { addressOf, type Cast, inParallel, join, type Organisation, type Person } from './people.ts';
import type { PostedProject } from './sponsor-steps.ts';
import { GRADE_FIELD } from './sponsor-steps.ts';

/** A reader of the published study, as a person here. */
export type Reader = Person & { worker: string };

/** Brings the study's readers into the vendor: roster, accounts, credentials that the vendor attests (R19). */
export async function staffVendor(
  cast: Cast,
  vendor: Organisation,
  workers: readonly string[],
  concurrency: number,
): Promise<Reader[]> {
  const { api } = vendor.owner;
  const lines = workers.map(
    (worker) => `Reader ${worker},${addressOf(cast, `reader-${worker}`)},vendor_annotator`,
  );
  const csv = ['name,email,role', ...lines].join('\n');
  await api.identity.importRoster.mutate({ contentBase64: Buffer.from(csv).toString('base64') });
  return inParallel(workers, concurrency, async (worker) => {
    const person = await join(cast, { name: `Reader ${worker}`, email: addressOf(cast, `reader-${worker}`) });
    const { id } = await person.api.credentials.claim.mutate({
      kind: 'board_certification',
      title: 'Board-certified pathologist',
      issuer: 'As stated in the published study',
      identifier: `${cast.run}-${worker}`,
      specialty: 'Pathology',
      jurisdiction: 'US',
      issuedOn: '2015-01-01',
    });
    await api.credentials.attest.mutate({ credentialId: id });
    return { ...person, worker };
  });
}

export type Contracted = { callId: string; bidId: string; pilotId: string; batchId: string };

/** The call, the vendor's bid with every reader named, the shortlist and the pilot order at the bid's price (R13). */
export async function contractPilot(input: {
  sponsor: Organisation;
  vendor: Organisation;
  readers: readonly Reader[];
  project: PostedProject;
  cases: number;
  goldMode: 'none' | 'embedded';
}): Promise<Contracted> {
  const { sponsor, vendor, readers, project } = input;
  const overlap = readers.length;
  const { callId } = await sponsor.owner.api.bids.openCall.mutate({
    projectId: project.projectId,
    closesAt: new Date(Date.now() + 14 * DAY),
    visibility: 'public',
    pilotTerms: {
      cases: input.cases,
      overlap,
      goldMode: input.goldMode,
      goldShareBasisPoints: 0,
      timeLimitDays: 30,
      criteria: {
        reliability: { field: GRADE_FIELD, scale: 'ordinal', threshold: 0.8 },
        accuracy: null,
        perClass: [],
        throughput: null,
      },
    },
  });
  const { bidId } = await vendor.owner.api.bids.submit.mutate({
    callId,
    pricePerReadMinor: 150n,
    currency: 'USD',
    readsPerDay: 1000,
    startOn: new Date().toISOString().slice(0, 10),
    locationMix: { US: 10_000 },
    seats: readers.map((reader) => ({ personId: reader.personId, role: 'annotator', hoursPerWeek: 10 })),
    note: 'All readers of the published study.',
  });
  await sponsor.owner.api.bids.shortlist.mutate({ bidId });
  const { pilotId, batchId } = await sponsor.owner.api.bids.orderPilot.mutate({
    bidId,
    datasetId: project.datasetId,
  });
  return { callId, bidId, pilotId, batchId };
}
