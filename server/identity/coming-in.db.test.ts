import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { memberships, organisations, people, users } from '#db/schema/identity.ts';
import { mails, notifications } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import {
  type CommandContext,
  type OrgContext,
  requireVerifiedOrg,
  systemContext,
} from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { addOrganisation } from './add-organisation.ts';
import { correctOrganisation } from './correct-organisation.ts';
import { createPlatform } from './create-platform.ts';
import { refuseOrganisation, suspendOrganisation, verifyOrganisation } from './decide-organisation.ts';
import { loadUserActor } from './load-actor.ts';
import { getOrganisationFile, listOrganisationDesk } from './organisation-desk.ts';
import { organisationFileInput, type SignUpInput } from './schemas.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';

describe('sign-up and verification (R0)', () => {
  let t: TestDatabase;
  let operator: OrgContext;
  const password = 'four words make sense';
  const anonymous = (): CommandContext => ({
    db: t.db,
    clock: systemClock,
    actor: { kind: 'anonymous' },
    requestId: newId(),
  });
  const account = (email = `${newId()}@example.test`) => ({
    name: 'Mira Novak',
    email,
    password,
    country: 'SI',
  });
  const company = (kind: 'sponsor' | 'vendor') =>
    ({
      kind,
      legalName: 'Radiance GmbH',
      registerNumber: 'HRB 77',
      domain: 'radiance.example',
      country: 'DE',
    }) as const;

  /** Signs up and in, as the app does. */
  async function come(organisation: SignUpInput['organisation'], email?: string): Promise<OrgContext> {
    const input = { account: account(email), organisation };
    await signUp(anonymous(), input);
    const session = await signIn(anonymous(), { email: input.account.email, password });
    const actor = await loadUserActor(t.db, systemClock, session.sessionId);
    return { ...anonymous(), actor } as OrgContext;
  }
  const statusOf = async (orgId: string) => {
    const [row] = await t.db.select().from(organisations).where(eq(organisations.id, orgId));
    return row!;
  };

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const platform = await makeOrganisation(t.db, { kind: 'platform' });
    operator = await makeMember(t.db, { org: platform, roles: ['operator'] });
  });
  afterAll(() => t.drop());

  test.each([
    ['sponsor', 'sponsor_owner'],
    ['vendor', 'vendor_owner'],
  ] as const)('a %s comes in unverified, its founder as owner', async (kind, role) => {
    const ctx = await come(company(kind));
    expect(ctx.actor).toMatchObject({ orgKind: kind, orgVerified: false, country: 'SI' });
    const roles = await t.db.select().from(memberships).where(eq(memberships.orgId, ctx.actor.orgId));
    expect(roles.map((m) => m.role)).toEqual([role]);
    expect(() => requireVerifiedOrg(ctx)).toThrow(/not verified/);
  });

  test('an independent annotator is an organisation of one, in their own name and country', async () => {
    const ctx = await come({ kind: 'independent' });
    expect(await statusOf(ctx.actor.orgId)).toMatchObject({
      kind: 'independent',
      legalName: 'Mira Novak',
      country: 'SI',
      status: 'unverified',
    });
    expect(ctx.actor.capabilities.has('task.claim')).toBe(true);
  });

  test('the password is kept as argon2id and nothing of it anywhere else', async () => {
    const ctx = await come(company('vendor'));
    const [row] = await t.db.select().from(users).where(eq(users.id, ctx.actor.userId));
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const events = await t.db.select().from(auditEvents).where(eq(auditEvents.personId, ctx.actor.personId));
    expect(JSON.stringify(events)).not.toContain(password);
  });

  test('audit names the pseudonymous person, never name or address (design rule 11)', async () => {
    const ctx = await come(company('sponsor'), 'traceable-address@example.test');
    const text = JSON.stringify(await t.db.select().from(auditEvents));
    expect(text).not.toContain('traceable-address');
    expect(text).not.toContain('Mira Novak');
    expect(text).toContain(ctx.actor.personId);
  });

  test('ten sign-ups with one address at once make one account and leave nothing of the others behind', async () => {
    const email = `${newId()}@example.test`;
    const before = await t.admin`select count(*)::int as people from people`;
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        signUp(anonymous(), { account: account(email), organisation: company('vendor') }).then(
          () => 'in',
          (e: { reason: string }) => e.reason,
        ),
      ),
    );
    expect(results.filter((r) => r === 'in')).toHaveLength(1);
    expect(results.filter((r) => r === 'account_exists')).toHaveLength(9);
    const after = await t.admin`select count(*)::int as people from people`;
    expect(after[0]!.people - before[0]!.people).toBe(1);
  });

  test.each([
    ['miranovak2026', 'little more than the name'],
    ['aaaaaaaaaaaaaa', 'one character'],
    ['121212121212', 'two characters'],
  ])('the password %s is refused: %s', async (weak) => {
    const input = {
      account: { ...account(), password: weak },
      organisation: { kind: 'independent' as const },
    };
    await expect(signUp(anonymous(), input)).rejects.toMatchObject({ reason: 'password_weak' });
  });

  test('one person, one account: further organisations are added to it and the session switches', async () => {
    const ctx = await come(company('sponsor'));
    const added = await addOrganisation(ctx, company('vendor'));
    expect(await loadUserActor(t.db, systemClock, ctx.actor.sessionId)).toMatchObject({
      personId: ctx.actor.personId,
      orgId: added.orgId,
      orgKind: 'vendor',
    });
    const persons = await t.db.select().from(people).where(eq(people.id, added.personId));
    expect(persons).toHaveLength(1);
  });

  test('a person is independent once, also when asked five times at once', async () => {
    const ctx = await come(company('sponsor'));
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => addOrganisation(ctx, { kind: 'independent' })),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    for (const r of results) {
      if (r.status === 'rejected') expect(r.reason).toMatchObject({ reason: 'already_independent' });
    }
  });

  test('verifying names who may sign, tells the owner, and takes effect with the next call', async () => {
    const email = `${newId()}@example.test`;
    const ctx = await come(company('vendor'), email);
    const { orgId, personId } = ctx.actor;
    await verifyOrganisation(operator, { orgId, expectedStatus: 'unverified', signatories: [personId] });
    expect(await statusOf(orgId)).toMatchObject({
      status: 'verified',
      signatories: [personId],
      verifiedBy: operator.actor.personId,
    });
    expect((await loadUserActor(t.db, systemClock, ctx.actor.sessionId))?.orgVerified).toBe(true);
    expect(await t.db.select().from(notifications).where(eq(notifications.personId, personId))).toHaveLength(
      1,
    );
    const sent = await t.db.select().from(mails).where(eq(mails.toAddress, email));
    expect(sent.filter((mail) => mail.subject.includes('verified'))).toHaveLength(1);
  });

  test('a refused organisation learns why, corrects and hands in again; a verified one cannot change what was checked', async () => {
    const email = `${newId()}@example.test`;
    const ctx = await come(company('vendor'), email);
    const { orgId, personId } = ctx.actor;
    const reason = 'The register shows another name.';
    await refuseOrganisation(operator, { orgId, expectedStatus: 'unverified', reason });
    expect(await statusOf(orgId)).toMatchObject({ status: 'refused', statusReason: reason });
    const sent = await t.db.select().from(mails).where(eq(mails.toAddress, email));
    expect(sent.map((mail) => mail.body).join()).toContain(reason);
    const { kind: _, ...facts } = company('vendor');
    await correctOrganisation(ctx, { ...facts, legalName: 'Radiance Health GmbH' });
    expect(await statusOf(orgId)).toMatchObject({
      status: 'unverified',
      statusReason: null,
      legalName: 'Radiance Health GmbH',
    });
    await verifyOrganisation(operator, { orgId, expectedStatus: 'unverified', signatories: [personId] });
    await expect(correctOrganisation(ctx, facts)).rejects.toMatchObject({ reason: 'organisation_settled' });
  });

  test('two operators deciding at once: one decision stands, the other is told to look again', async () => {
    const ctx = await come(company('vendor'));
    const { orgId, personId } = ctx.actor;
    const results = await Promise.allSettled([
      verifyOrganisation(operator, { orgId, expectedStatus: 'unverified', signatories: [personId] }),
      refuseOrganisation(operator, { orgId, expectedStatus: 'unverified', reason: 'Not in the register.' }),
    ]);
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    const refused = results.find((r) => r.status === 'rejected');
    expect(refused?.reason).toMatchObject({ kind: 'conflict', reason: 'organisation_moved_on' });
  });

  test('suspending takes the rights at once and can be taken back; it cannot be done to one that is not verified', async () => {
    const ctx = await come(company('vendor'));
    const { orgId, personId } = ctx.actor;
    const reason = 'Struck off the register.';
    await expect(
      suspendOrganisation(operator, { orgId, expectedStatus: 'unverified', reason }),
    ).rejects.toMatchObject({ reason: 'decision_not_open' });
    await verifyOrganisation(operator, { orgId, expectedStatus: 'unverified', signatories: [personId] });
    await suspendOrganisation(operator, { orgId, expectedStatus: 'verified', reason });
    expect((await loadUserActor(t.db, systemClock, ctx.actor.sessionId))?.orgVerified).toBe(false);
    await verifyOrganisation(operator, { orgId, expectedStatus: 'suspended', signatories: [personId] });
    expect((await statusOf(orgId)).status).toBe('verified');
  });

  test('a signatory must be a member whose role may sign', async () => {
    const ctx = await come(company('vendor'));
    const stranger = await come(company('vendor'));
    const lead = await makeMember(t.db, {
      org: { id: ctx.actor.orgId, kind: 'vendor', verified: false },
      roles: ['staffing_lead'],
    });
    for (const personId of [stranger.actor.personId, lead.actor.personId, newId()]) {
      const input = {
        orgId: ctx.actor.orgId,
        expectedStatus: 'unverified' as const,
        signatories: [personId],
      };
      await expect(verifyOrganisation(operator, input)).rejects.toMatchObject({ reason: 'signatory_unfit' });
    }
    expect((await statusOf(ctx.actor.orgId)).status).toBe('unverified');
  });

  test('nobody decides on the platform itself', async () => {
    const input = {
      orgId: operator.actor.orgId,
      expectedStatus: 'verified' as const,
      reason: 'no reason at all',
    };
    await expect(suspendOrganisation(operator, input)).rejects.toMatchObject({ kind: 'not_found' });
  });

  test("the operator's desk lists oldest first by pages, and the file shows whose address is of the domain", async () => {
    const mine = await come(company('sponsor'), `owner-${newId()}@mail.radiance.example`);
    const first = await listOrganisationDesk(operator, { status: 'unverified', limit: 2 });
    expect(first.items).toHaveLength(2);
    expect(first.total).toBeGreaterThan(2);
    const all = await listOrganisationDesk(operator, { status: 'unverified', limit: 100 });
    const times = all.items.map((org) => org.createdAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const next = await listOrganisationDesk(operator, { status: 'unverified', limit: 2, after: first.next! });
    expect(next.items.map((org) => org.id)).toEqual(all.items.slice(2, 4).map((org) => org.id));
    const { orgId, personId } = mine.actor;
    const fileOf = (page: { after?: string; text?: string; limit?: number } = {}) =>
      getOrganisationFile(operator, organisationFileInput.parse({ orgId, ...page }));
    const file = await fileOf();
    expect(file).toMatchObject({ registerNumber: 'HRB 77', domain: 'radiance.example' });
    expect(file.people).toMatchObject([{ personId, isAddressOfDomain: true }]);
    // However many people there are, whoever may sign is there to choose; the others come by pages, each once.
    const org = { id: orgId, kind: 'sponsor' as const, verified: false };
    for (const name of ['Aaron', 'Berta', 'Zoe'])
      await makeMember(t.db, { org, roles: ['panel_reader'], person: await makePerson(t.db, { name }) });
    const seen: string[] = [];
    for (let after: string | undefined, isMore = true; isMore; ) {
      const page = await fileOf({ limit: 2, ...(after === undefined ? {} : { after }) });
      expect(page.signers.map((one) => one.personId)).toEqual([personId]);
      expect(page.peopleCount).toBe(4);
      seen.push(...page.people.map((one) => one.name));
      after = page.next ?? undefined;
      isMore = after !== undefined;
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(4);
    expect((await fileOf({ text: 'bert' })).people.map((one) => one.name)).toEqual(['Berta']);
  });

  test('an installation has one platform, set up by the command line only', async () => {
    const input = { legalName: 'Second', country: 'US', operator: account() };
    await expect(createPlatform(anonymous(), input)).rejects.toMatchObject({ reason: 'system_only' });
    const system = systemContext({ db: t.db, clock: systemClock, name: 'test', requestId: newId() });
    await expect(createPlatform(system, input)).rejects.toMatchObject({ reason: 'platform_exists' });
    const fresh = await createTestDatabase(inject('adminUrl'));
    try {
      const made = await createPlatform({ ...system, db: fresh.db }, input);
      const session = await signIn(
        { ...anonymous(), db: fresh.db },
        { email: input.operator.email, password },
      );
      const actor = await loadUserActor(fresh.db, systemClock, session.sessionId);
      expect(actor).toMatchObject({ orgId: made.orgId, orgKind: 'platform', orgVerified: true });
      expect(actor?.capabilities.has('operator.verify')).toBe(true);
    } finally {
      await fresh.drop();
    }
  });
});
