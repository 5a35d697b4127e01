import type { Api } from './door.ts';
import { addressOf, type Cast, inParallel, join, type Organisation, type Person } from './people.ts';
import type { PostedProject } from './sponsor-steps.ts';

export type Recruit = {
  name: string;
  credential?: Parameters<Api['credentials']['claim']['mutate']>[0];
  country?: string;
};

/** Brings people into a vendor by its roster: invitations, accounts, credentials that the vendor attests (R19). */
export async function staffVendor(
  cast: Cast,
  vendor: Organisation,
  recruits: readonly Recruit[],
  concurrency: number,
): Promise<Person[]> {
  const { api } = vendor.owner;
  const lines = recruits.map(({ name }) => `${name},${addressOf(cast, name)},vendor_annotator`);
  await api.identity.importRoster.mutate({
    contentBase64: Buffer.from(['name,email,role', ...lines].join('\n')).toString('base64'),
  });
  return inParallel(recruits, concurrency, async ({ name, credential, country }) => {
    const person = await join(cast, {
      name,
      email: addressOf(cast, name),
      ...(country === undefined ? {} : { country }),
    });
    if (credential) {
      const { id } = await person.api.credentials.claim.mutate(credential);
      await api.credentials.attest.mutate({ credentialId: id });
    }
    return person;
  });
}

/** The vendor's word that its people are its workforce, confirmed by each of them (R19). */
export async function attestWorkforce(
  vendor: Organisation,
  people: readonly Person[],
  privacyTrainingOn: string,
): Promise<void> {
  for (const person of people) {
    const { id } = await vendor.owner.api.agreements.attest.mutate({
      personId: person.personId,
      relation: 'employed',
      privacyTrainingOn,
    });
    await person.api.agreements.confirmAttestation.mutate({ attestationId: id });
  }
}

/** These people have read and understood the privacy training. */
export async function trainInPrivacy(people: readonly Person[]): Promise<void> {
  for (const { api } of people)
    await api.credentials.completeTraining.mutate({ kind: 'privacy_training', understood: true });
}

type OpenCall = Parameters<Api['bids']['openCall']['mutate']>[0];
type SubmitBid = Parameters<Api['bids']['submit']['mutate']>[0];

export type Contracted = { callId: string; bidId: string; pilotId: string; batchId: string };

/** A bid with these people named, at this price. */
export async function bid(
  vendor: Organisation,
  input: Omit<SubmitBid, 'seats'> & { people: readonly Person[] },
): Promise<string> {
  const { people, ...rest } = input;
  const seats = people.map((person) => ({
    personId: person.personId,
    role: 'annotator' as const,
    hoursPerWeek: 10,
  }));
  return (await vendor.owner.api.bids.submit.mutate({ ...rest, seats })).bidId;
}

/** The call, one vendor's bid, the shortlist and the pilot order at the bid's price (R13). */
export async function contractPilot(input: {
  sponsor: Organisation;
  vendor: Organisation;
  people: readonly Person[];
  project: PostedProject;
  call: Omit<OpenCall, 'projectId'>;
  offer: Omit<SubmitBid, 'seats' | 'callId'>;
}): Promise<Contracted> {
  const { sponsor, vendor, project } = input;
  const { callId } = await sponsor.owner.api.bids.openCall.mutate({
    ...input.call,
    projectId: project.projectId,
  });
  const bidId = await bid(vendor, { ...input.offer, callId, people: input.people });
  await sponsor.owner.api.bids.shortlist.mutate({ bidId });
  const { pilotId, batchId } = await sponsor.owner.api.bids.orderPilot.mutate({
    bidId,
    datasetId: project.datasetId,
  });
  return { callId, bidId, pilotId, batchId };
}

/** Everybody says when they can work: weekdays from 8 to 18 in their zone, each some hours more than the one before. */
export async function sayHours(
  people: readonly Person[],
  input: { timezone: string; hoursPerWeek: number; step: number },
): Promise<void> {
  const windows = [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 8 * 60, toMinute: 18 * 60 }));
  for (const [index, person] of people.entries()) {
    const hoursPerWeek = input.hoursPerWeek + index * input.step;
    await person.api.staffing.setAvailability.mutate({ timezone: input.timezone, hoursPerWeek, windows });
  }
}
