import type { Api, Door } from './door.ts';

export type Person = { name: string; email: string; password: string; personId: string; api: Api };
export type Organisation = { orgId: string; legalName: string; owner: Person };

/** Who lets people in, who verifies them, and what their addresses end in, so that a cast can be set up again. */
export type Cast = { door: Door; operator: Api; mailDomain: string; password: string };

/** Signs up an organisation with its owner; the operator verifies it and names the owner as its signatory (R0). */
export async function foundOrganisation(
  cast: Cast,
  input: {
    kind: 'sponsor' | 'vendor';
    legalName: string;
    ownerName: string;
    registerNumber: string;
    domain: string;
    country?: string;
    email?: string;
  },
): Promise<Organisation> {
  const email = input.email ?? addressOf(cast, input.ownerName);
  const country = input.country ?? 'US';
  const made = await cast.door.anonymous.identity.signUp.mutate({
    account: { name: input.ownerName, email, password: cast.password, country },
    organisation: {
      kind: input.kind,
      legalName: input.legalName,
      registerNumber: input.registerNumber,
      domain: input.domain,
      country,
    },
  });
  await confirmAddress(cast, email);
  await cast.operator.identity.verifyOrganisation.mutate({
    orgId: made.orgId,
    expectedStatus: 'unverified',
    signatories: [made.personId],
  });
  const api = await cast.door.signIn({ email, password: cast.password });
  return {
    orgId: made.orgId,
    legalName: input.legalName,
    owner: { name: input.ownerName, email, password: cast.password, personId: made.personId, api },
  };
}

/** Signs up an independent annotator, a one-person organisation, and has the operator verify them. */
export async function foundIndependent(
  cast: Cast,
  input: { name: string; country?: string; email?: string },
): Promise<Organisation> {
  const email = input.email ?? addressOf(cast, input.name);
  const made = await cast.door.anonymous.identity.signUp.mutate({
    account: { name: input.name, email, password: cast.password, country: input.country ?? 'US' },
    organisation: { kind: 'independent' },
  });
  await confirmAddress(cast, email);
  await cast.operator.identity.verifyOrganisation.mutate({
    orgId: made.orgId,
    expectedStatus: 'unverified',
    signatories: [made.personId],
  });
  const api = await cast.door.signIn({ email, password: cast.password });
  return {
    orgId: made.orgId,
    legalName: input.name,
    owner: { name: input.name, email, password: cast.password, personId: made.personId, api },
  };
}

/** Joins an organisation by the invitation in the local mailbox, with a new account, and signs in. */
export async function join(
  cast: Cast,
  input: { name: string; email: string; country?: string },
): Promise<Person> {
  const token = await mailedToken(cast, input.email, 'invite');
  const account = { name: input.name, password: cast.password, country: input.country ?? 'US' };
  const made = await cast.door.anonymous.identity.acceptInvitation.mutate({ token, account });
  const api = await cast.door.signIn({ email: made.email, password: cast.password });
  return { name: input.name, email: made.email, password: cast.password, personId: made.personId, api };
}

/** Opens the link of the mail that asks a new account to confirm its address. */
async function confirmAddress(cast: Cast, email: string): Promise<void> {
  const token = await mailedToken(cast, email, 'confirm');
  await cast.door.anonymous.identity.confirmAddress.mutate({ token });
}

/** The token of the newest link of a kind, from the mail that carries it. */
async function mailedToken(cast: Cast, email: string, kind: 'invite' | 'confirm'): Promise<string> {
  const mails = await cast.door.anonymous.notifications.mailbox.query({ to: email, limit: 5 });
  for (const mail of mails) {
    const found = new RegExp(`/${kind}/([A-Za-z0-9_-]{20,100})`).exec(mail.body);
    if (found?.[1]) return found[1];
  }
  throw new Error(
    `No ${kind} link for ${email} is in the local mailbox. This needs an installation that keeps its mail (no SMTP_URL).`,
  );
}

/** The address of somebody in this cast. */
export function addressOf(cast: Pick<Cast, 'mailDomain'>, name: string): string {
  return `${name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}@${cast.mailDomain}`;
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
