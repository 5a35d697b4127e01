import { type Api, anonymousApi, signIn } from './api-client.ts';

export type Person = { name: string; email: string; password: string; personId: string; api: Api };
export type Organisation = { orgId: string; owner: Person };

/** Everyone of one replay has addresses of their own, so that a replay can be run again and again. */
export type Cast = { url: string; run: string; operator: Api };

const PASSWORD = 'replayed published reads';

/** Signs up an organisation with its owner; the operator verifies it and names the owner as its signatory (R0). */
export async function foundOrganisation(
  cast: Cast,
  input: { kind: 'sponsor' | 'vendor'; legalName: string; ownerName: string },
): Promise<Organisation> {
  const email = `${input.kind}-${cast.run}@example.org`;
  const made = await anonymousApi(cast.url).identity.signUp.mutate({
    account: { name: input.ownerName, email, password: PASSWORD, country: 'US' },
    organisation: {
      kind: input.kind,
      legalName: `${input.legalName} ${cast.run}`,
      registerNumber: `REPLAY-${cast.run}`,
      domain: `${input.kind}-${cast.run}.example.org`,
      country: 'US',
    },
  });
  await cast.operator.identity.verifyOrganisation.mutate({
    orgId: made.orgId,
    expectedStatus: 'unverified',
    signatories: [made.personId],
  });
  const api = await signIn(cast.url, { email, password: PASSWORD });
  return {
    orgId: made.orgId,
    owner: { name: input.ownerName, email, password: PASSWORD, personId: made.personId, api },
  };
}

/** Joins an organisation by the invitation in the local mailbox, with a new account, and signs in. */
export async function join(cast: Cast, input: { name: string; email: string }): Promise<Person> {
  const token = await invitationToken(cast, input.email);
  const made = await anonymousApi(cast.url).identity.acceptInvitation.mutate({
    token,
    account: { name: input.name, password: PASSWORD, country: 'US' },
  });
  const api = await signIn(cast.url, { email: made.email, password: PASSWORD });
  return { name: input.name, email: made.email, password: PASSWORD, personId: made.personId, api };
}

/** The token of an invitation, from the mail that carries it. */
async function invitationToken(cast: Cast, email: string): Promise<string> {
  const mails = await anonymousApi(cast.url).notifications.mailbox.query({ to: email, limit: 5 });
  for (const mail of mails) {
    const found = /\/invite\/([A-Za-z0-9_-]{20,100})/.exec(mail.body);
    if (found?.[1]) return found[1];
  }
  throw new Error(
    `No invitation for ${email} is in the local mailbox. A replay needs an installation that keeps its mail (no SMTP_URL).`,
  );
}

/** The address of a person of this replay. */
export function addressOf(cast: Cast, who: string): string {
  return `${who.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${cast.run}@example.org`;
}

/** Runs `work` over `items`, at most `limit` at a time, keeping their order. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, async () => {
      for (let index = next++; index < items.length; index = next++)
        results[index] = await work(items[index] as T, index);
    }),
  );
  return results;
}
