import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { organisations } from '#db/schema/identity.ts';
import { CONSENT } from '#server/agreements/consent.ts';
import { createAgreement } from '#server/agreements/create-agreement.ts';
import type { AgreementKind, SignAgreementInput } from '#server/agreements/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type manualClock, systemClock } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { makeGateReady } from './agreements.ts';
import { makeMember, makeOrganisation } from './identity.ts';

/** A sponsor, a vendor, an independent annotator and the platform, each with someone who may sign. */
export type SigningWorld = {
  db: Database;
  sponsor: OrgContext;
  vendor: OrgContext;
  independent: OrgContext;
  operator: OrgContext;
};

type ManualClock = ReturnType<typeof manualClock>;

/** Fills an empty database with the four organisations and the templates. */
export async function makeSigningWorld(
  db: Database,
  clock: ManualClock | typeof systemClock = systemClock,
): Promise<SigningWorld> {
  await makeGateReady(db, clock);
  const signer = async (
    kind: 'sponsor' | 'vendor' | 'independent' | 'platform',
    role: 'sponsor_owner' | 'vendor_owner' | 'independent_annotator' | 'operator',
  ) => {
    const org = await makeOrganisation(db, { kind, legalName: `The ${kind}`, clock });
    const ctx = await makeMember(db, { org, roles: [role], clock });
    await nameSignatory(db, ctx);
    return ctx;
  };
  return {
    db,
    sponsor: await signer('sponsor', 'sponsor_owner'),
    vendor: await signer('vendor', 'vendor_owner'),
    independent: await signer('independent', 'independent_annotator'),
    operator: await signer('platform', 'operator'),
  };
}

/** What the operator does after checking who may sign (R0). */
export async function nameSignatory(db: Database, { actor }: OrgContext): Promise<void> {
  const [row] = await db.select().from(organisations).where(eq(organisations.id, actor.orgId));
  await db
    .update(organisations)
    .set({ signatories: [...(row?.signatories ?? []), actor.personId] })
    .where(eq(organisations.id, actor.orgId));
}

/** An agreement on its way to signature, and what either side sends to sign it. */
export async function makeToSign(world: SigningWorld, kind: AgreementKind, other: OrgContext) {
  const made = await createAgreement(world.operator, { kind, orgId: other.actor.orgId });
  const inputOf = (ctx: OrgContext, change: Partial<SignAgreementInput> = {}) =>
    signInput(world, ctx, { agreementId: made.id, documentSha256: made.documentSha256, ...change });
  return { ...made, inputOf };
}

/** What somebody sends to sign an agreement, with everything right unless changed. */
export async function signInput(
  world: SigningWorld,
  ctx: OrgContext,
  what: Pick<SignAgreementInput, 'agreementId' | 'documentSha256'> & Partial<SignAgreementInput>,
): Promise<SignAgreementInput> {
  const { personId } = ctx.actor;
  const typedName = (await namesOfPeople(world.db, [personId])).get(personId)?.name ?? '';
  return {
    typedName,
    title: 'Managing director',
    authority: true,
    consentVersion: CONSENT.version,
    ...what,
  };
}

/** Kind and reason of a refusal, or what came instead. */
export async function reasonOf(run: Promise<unknown>): Promise<unknown> {
  const result = await run.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in result) return result.value;
  return isAppError(result.error) ? `${result.error.kind} ${result.error.reason}` : result.error;
}
