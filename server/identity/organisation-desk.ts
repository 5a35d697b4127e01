import { and, asc, count, eq, gt, ilike, ne } from 'drizzle-orm';
import { organisations } from '#db/schema/identity.ts';
import { holding } from '#db/text-pattern.ts';
import type { OrgKind } from '#server/command/actor.ts';
import { capabilitiesOf, ROLES, type Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { countMembers, listMemberIds, listMembersPage } from './member-queries.ts';
import { listConfirmedAddresses } from './queries.ts';
import { isAddressOfDomain, type OrgStatus } from './rules.ts';
import type { OrganisationFileInput } from './schemas.ts';
import { listSecured } from './second-factor-queries.ts';

export type DeskOrganisation = {
  id: string;
  kind: OrgKind;
  legalName: string;
  country: string;
  status: OrgStatus;
  createdAt: Date;
};

export type OrganisationFile = DeskOrganisation & {
  registerNumber: string | null;
  domain: string | null;
  statusReason: string | null;
  verifiedAt: Date | null;
  signatories: string[];
  /** Everybody whose role may sign for it: whom the decision chooses from. */
  signers: { personId: string; name: string; roles: Role[] }[];
  peopleCount: number;
  /** The person after whom the next page begins; null on the last. */
  next: string | null;
  people: {
    personId: string;
    name: string;
    email: string;
    roles: Role[];
    /** A hint, not a proof: the address belongs to the organisation's domain. */
    isAddressOfDomain: boolean;
    isAddressConfirmed: boolean;
    hasSecondFactor: boolean;
  }[];
};

/** The operator's list: organisations in a state, oldest first, from after `after` (an id); with how many there are. */
export async function listOrganisationDesk(
  ctx: OrgContext,
  input: { status: OrgStatus; text?: string; after?: string | undefined; limit: number },
): Promise<{ items: DeskOrganisation[]; total: number; next: string | null }> {
  const inState = and(
    eq(organisations.status, input.status),
    ne(organisations.kind, 'platform'),
    input.text ? ilike(organisations.legalName, holding(input.text)) : undefined,
  );
  const [total] = await ctx.db.select({ n: count() }).from(organisations).where(inState);
  // Ids are made in time order, so the id is the keyset of "oldest first".
  const rows = await ctx.db
    .select({
      id: organisations.id,
      kind: organisations.kind,
      legalName: organisations.legalName,
      country: organisations.country,
      status: organisations.status,
      createdAt: organisations.createdAt,
    })
    .from(organisations)
    .where(and(inState, input.after === undefined ? undefined : gt(organisations.id, input.after)))
    .orderBy(asc(organisations.id))
    .limit(input.limit + 1);
  const items = rows.slice(0, input.limit);
  return { items, total: total?.n ?? 0, next: rows.length > input.limit ? (items.at(-1)?.id ?? null) : null };
}

const SIGNING = ROLES.filter((role) => capabilitiesOf([role]).has('agreement.sign'));
/** More than these nobody chooses from; an organisation has a few. */
const SIGNERS = 500;

/** Everything an operator needs to decide on one organisation, and a page of its people by name. Throws not_found `organisation_unknown`. */
export async function getOrganisationFile(
  ctx: OrgContext,
  input: OrganisationFileInput,
): Promise<OrganisationFile> {
  const [org] = await ctx.db
    .select()
    .from(organisations)
    .where(and(eq(organisations.id, input.orgId), ne(organisations.kind, 'platform')));
  if (org === undefined) {
    throw new AppError({
      kind: 'not_found',
      reason: 'organisation_unknown',
      message: 'There is no such organisation.',
    });
  }
  const among = await listMemberIds(ctx.db, { orgId: org.id, roles: SIGNING });
  const everybody = { orgId: org.id, text: '', after: null };
  const signers = await listMembersPage(ctx.db, { ...everybody, among, limit: SIGNERS });
  const { people } = await countMembers(ctx.db, org.id);
  const page = await listMembersPage(ctx.db, { ...input, limit: input.limit + 1 });
  const members = page.slice(0, input.limit);
  const confirmed = await listConfirmedAddresses(
    ctx.db,
    members.map((member) => member.personId),
  );
  const secured = await listSecured(
    ctx.db,
    members.map((member) => member.personId),
  );
  return {
    id: org.id,
    kind: org.kind,
    legalName: org.legalName,
    country: org.country,
    status: org.status,
    createdAt: org.createdAt,
    registerNumber: org.registerNumber,
    domain: org.domain,
    statusReason: org.statusReason,
    verifiedAt: org.verifiedAt,
    signatories: org.signatories,
    signers: signers.map(({ personId, name, roles }) => ({ personId, name, roles })),
    peopleCount: people,
    next: page.length > members.length ? (members.at(-1)?.personId ?? null) : null,
    people: members.map(({ personId, name, email, roles }) => ({
      personId,
      name,
      email,
      roles,
      isAddressOfDomain: isAddressOfDomain(email, org.domain),
      isAddressConfirmed: confirmed.has(personId),
      hasSecondFactor: secured.has(personId),
    })),
  };
}
