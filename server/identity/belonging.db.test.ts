import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { invitations, memberships, organisations, users } from '#db/schema/identity.ts';
import { mails } from '#db/schema/notifications.ts';
import { makeAttestation } from '#db/seed/factories/agreements.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { completeTraining } from '#server/credentials/complete-training.ts';
import { acceptInvitation, previewInvitation } from './accept-invitation.ts';
import { endMembership } from './end-membership.ts';
import { grantRole } from './grant-role.ts';
import { importRosterCsv } from './import-roster.ts';
import { inviteMember } from './invite-member.ts';
import { listTeam } from './list-team.ts';
import { loadUserActor } from './load-actor.ts';
import { listReadiness } from './readiness.ts';
import { revokeInvitation } from './revoke-invitation.ts';
import { readinessInput, teamInput } from './schemas.ts';
import { signIn } from './sign-in.ts';
import { switchOrganisation } from './switch-organisation.ts';

describe('belonging to an organisation', () => {
  let t: TestDatabase;
  let clock: ReturnType<typeof manualClock>;
  let org: Awaited<ReturnType<typeof makeOrganisation>>;
  let owner: OrgContext;
  let lead: OrgContext;
  const password = 'four words make sense';
  const account = { name: 'Bo Lindqvist', password, country: 'SE' };
  const anonymous = (): CommandContext => ({
    db: t.db,
    clock,
    actor: { kind: 'anonymous' },
    requestId: newId(),
  });
  const someone = () => `${newId()}@example.test`;

  /** The token in the newest mail to an address, as its reader would click it. */
  async function tokenFor(email: string): Promise<string> {
    const sent = await t.db.select().from(mails).where(eq(mails.toAddress, email)).orderBy(mails.id);
    return /\/invite\/([\w-]+)/.exec(sent.at(-1)?.body ?? '')![1]!;
  }
  async function invite(role: 'vendor_annotator' | 'qa_lead' = 'vendor_annotator', email = someone()) {
    await inviteMember(owner, { email, role });
    return { email, token: await tokenFor(email) };
  }
  const rolesIn = async (orgId: string, personId: string) =>
    (
      await t.db
        .select()
        .from(memberships)
        .where(
          and(
            eq(memberships.orgId, orgId),
            eq(memberships.personId, personId),
            eq(memberships.status, 'active'),
          ),
        )
    ).map((m) => m.role);

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    clock = manualClock('2026-11-21T09:00:00Z');
    org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    owner = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    lead = await makeMember(t.db, { org, roles: ['staffing_lead'], clock });
  });

  test('an invitation opens an account for the invited address, which holding the token confirms', async () => {
    const { email, token } = await invite();
    expect(await previewInvitation(anonymous(), { token })).toMatchObject({
      email,
      state: 'open',
      role: 'vendor_annotator',
      hasAccount: false,
    });
    const joined = await acceptInvitation(anonymous(), { token, account });
    expect(joined).toMatchObject({ orgId: org.id, email });
    const [user] = await t.db.select().from(users).where(eq(users.email, email));
    expect(user?.emailVerifiedAt).toEqual(clock.now());
    const session = await signIn(anonymous(), { email, password });
    expect(await loadUserActor(t.db, clock, session.sessionId)).toMatchObject({ orgId: org.id });
  });

  test('the token is in the mail only; the database keeps its hash', async () => {
    const { email, token } = await invite();
    const [row] = await t.db.select().from(invitations).where(eq(invitations.email, email));
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row?.tokenHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('an invitation accepted by ten at once lets one in and leaves nothing of the others', async () => {
    const { email, token } = await invite();
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        acceptInvitation(anonymous(), { token, account }).then(
          () => 'in',
          (e: { reason: string }) => e.reason,
        ),
      ),
    );
    expect(results.filter((r) => r === 'in')).toHaveLength(1);
    expect(
      results.filter(
        (r) => r !== 'in' && !['account_exists', 'invitation_used', 'sign_in_to_accept'].includes(r),
      ),
    ).toEqual([]);
    expect(await t.db.select().from(users).where(eq(users.email, email))).toHaveLength(1);
    const [accepted] = await t.db.select().from(invitations).where(eq(invitations.email, email));
    expect(await rolesIn(org.id, accepted!.acceptedBy!)).toEqual(['vendor_annotator']);
  });

  test('somebody with an account joins signed in, lands there, and does not get a second account', async () => {
    const { email, token } = await invite('qa_lead');
    await acceptInvitation(anonymous(), { token, account });
    const other = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const otherOwner = await makeMember(t.db, { org: other, roles: ['vendor_owner'], clock });
    await inviteMember(otherOwner, { email, role: 'vendor_annotator' });
    const second = await tokenFor(email);
    await expect(acceptInvitation(anonymous(), { token: second, account })).rejects.toMatchObject({
      reason: 'sign_in_to_accept',
    });
    const { sessionId } = await signIn(anonymous(), { email, password });
    const actor = (await loadUserActor(t.db, clock, sessionId))!;
    await acceptInvitation({ ...anonymous(), actor }, { token: second });
    expect((await loadUserActor(t.db, clock, sessionId))?.orgId).toBe(other.id);
    await switchOrganisation({ ...anonymous(), actor }, { orgId: org.id });
    expect((await loadUserActor(t.db, clock, sessionId))?.orgId).toBe(org.id);
  });

  test("an invitation does not work for somebody else's address", async () => {
    const { token } = await invite();
    await expect(acceptInvitation(lead, { token })).rejects.toMatchObject({
      kind: 'forbidden',
      reason: 'invitation_for_other_address',
    });
  });

  test.each([
    ['unknown', 'invitation_unknown', async () => 'x'.repeat(43)],
    [
      'expired',
      'invitation_expired',
      async () => {
        const { token } = await invite();
        clock.advance(14 * DAY);
        return token;
      },
    ],
    [
      'taken back',
      'invitation_revoked',
      async () => {
        const { email, token } = await invite();
        const [row] = await t.db.select().from(invitations).where(eq(invitations.email, email));
        await revokeInvitation(owner, { invitationId: row!.id });
        return token;
      },
    ],
    [
      'replaced by a newer one',
      'invitation_revoked',
      async () => {
        const { email, token } = await invite();
        await invite('vendor_annotator', email);
        return token;
      },
    ],
    [
      'used',
      'invitation_used',
      async () => {
        const { token } = await invite();
        await acceptInvitation(anonymous(), { token, account });
        return token;
      },
    ],
  ])('an invitation that is %s says so', async (_, reason, make) => {
    const token = await make();
    await expect(acceptInvitation(anonymous(), { token, account })).rejects.toMatchObject({ reason });
  });

  test('accepting without name and password asks for them, and uses nothing up', async () => {
    const { token } = await invite();
    await expect(acceptInvitation(anonymous(), { token })).rejects.toMatchObject({
      reason: 'account_missing',
    });
    expect(await acceptInvitation(anonymous(), { token, account })).toMatchObject({ orgId: org.id });
  });

  test('a staffing lead cannot give a role above their own, by any way', async () => {
    const refusal = { kind: 'forbidden', reason: 'role_not_yours_to_give' };
    await expect(inviteMember(lead, { email: someone(), role: 'vendor_owner' })).rejects.toMatchObject(
      refusal,
    );
    await expect(
      grantRole(lead, { personId: lead.actor.personId, role: 'vendor_owner' }),
    ).rejects.toMatchObject(refusal);
    await expect(endMembership(lead, { personId: owner.actor.personId })).rejects.toMatchObject(refusal);
    const csv = Buffer.from(`name,email,role\nA,${someone()},vendor_annotator\nB,${someone()},vendor_owner`);
    await expect(importRosterCsv(lead, { contentBase64: csv.toString('base64') })).rejects.toMatchObject(
      refusal,
    );
    expect((await listTeam(owner, teamInput.parse({}))).invitations).toEqual([]);
  });

  test('a member in the role is not invited to it again', async () => {
    const [user] = await t.db.select().from(users).where(eq(users.id, lead.actor.userId));
    await expect(inviteMember(owner, { email: user!.email, role: 'staffing_lead' })).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'already_member',
    });
  });

  test('roles add up, end one by one, and come back', async () => {
    const { personId, sessionId } = lead.actor;
    expect(await grantRole(owner, { personId, role: 'qa_lead' })).toMatchObject({
      roles: ['qa_lead', 'staffing_lead'],
    });
    expect((await loadUserActor(t.db, clock, sessionId))?.capabilities.has('task.review')).toBe(true);
    await endMembership(owner, { personId, role: 'qa_lead' });
    expect((await loadUserActor(t.db, clock, sessionId))?.capabilities.has('task.review')).toBe(false);
    expect(await rolesIn(org.id, personId)).toEqual(['staffing_lead']);
    await grantRole(owner, { personId, role: 'qa_lead' });
    expect((await rolesIn(org.id, personId)).sort()).toEqual(['qa_lead', 'staffing_lead']);
  });

  test('who leaves loses rights and sessions there at once, and is no longer a signatory', async () => {
    const second = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    const { personId, sessionId } = second.actor;
    await t.db
      .update(organisations)
      .set({ signatories: [personId, owner.actor.personId] })
      .where(eq(organisations.id, org.id));
    await endMembership(owner, { personId });
    expect(await loadUserActor(t.db, clock, sessionId)).toMatchObject({ orgId: null });
    const [row] = await t.db.select().from(organisations).where(eq(organisations.id, org.id));
    expect(row?.signatories).toEqual([owner.actor.personId]);
    await expect(switchOrganisation(second, { orgId: org.id })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('the last owner cannot go, also when two owners remove each other at once', async () => {
    await expect(endMembership(owner, { personId: owner.actor.personId })).rejects.toMatchObject({
      reason: 'last_owner',
    });
    const second = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    const results = await Promise.allSettled([
      endMembership(owner, { personId: second.actor.personId }),
      endMembership(second, { personId: owner.actor.personId }),
    ]);
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    expect(results.find((r) => r.status === 'rejected')?.reason).toMatchObject({ reason: 'last_owner' });
  });

  test('a roster invites everybody once, and again changes nothing', async () => {
    const member = await t.db.select().from(users).where(eq(users.id, lead.actor.userId));
    const csv = Buffer.from(
      `name,email,role\nAda,${someone()},vendor_annotator\nBo,${someone()},qa_lead\nMe,${member[0]!.email},staffing_lead`,
    );
    const input = { contentBase64: csv.toString('base64') };
    expect(await importRosterCsv(owner, input)).toEqual({ invited: 2, alreadyMembers: 1, alreadyInvited: 0 });
    const [again, andAgain] = await Promise.all([
      importRosterCsv(owner, input),
      importRosterCsv(owner, input),
    ]);
    expect(again).toEqual({ invited: 0, alreadyMembers: 1, alreadyInvited: 2 });
    expect(andAgain).toEqual(again);
    expect((await listTeam(owner, teamInput.parse({}))).invitations).toHaveLength(2);
  });

  test('two imports of one roster at once invite each person once', async () => {
    const csv = Buffer.from(`name,email,role\nAda,${someone()},vendor_annotator`);
    const input = { contentBase64: csv.toString('base64') };
    const results = await Promise.all(Array.from({ length: 5 }, () => importRosterCsv(lead, input)));
    expect(results.reduce((sum, r) => sum + r.invited, 0)).toBe(1);
  });

  test('a roster with one wrong line invites nobody', async () => {
    const csv = Buffer.from(`name,email,role\nAda,${someone()},vendor_annotator\nBo,nowhere,qa_lead`);
    await expect(importRosterCsv(owner, { contentBase64: csv.toString('base64') })).rejects.toMatchObject({
      reason: 'roster_rows_invalid',
      details: [{ line: 3 }],
    });
    expect((await listTeam(owner, teamInput.parse({}))).invitations).toEqual([]);
  });

  test('only a vendor imports a roster', async () => {
    const sponsor = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    const ctx = await makeMember(t.db, { org: sponsor, roles: ['sponsor_owner'], clock });
    const csv = Buffer.from(`name,email,role\nAda,${someone()},vendor_annotator`).toString('base64');
    await expect(importRosterCsv(ctx, { contentBase64: csv })).rejects.toMatchObject({
      reason: 'roster_is_for_vendors',
    });
  });

  test('the readiness board counts who is ready and shows what the others lack (R0)', async () => {
    const reader = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
    const board = await listReadiness(owner, readinessInput.parse({}));
    expect(board).toMatchObject({ readers: 1, ready: 0, next: null });
    expect(board.people).toMatchObject([
      {
        personId: reader.actor.personId,
        steps: {
          account: 'done',
          identity: 'done',
          credential: 'missing',
          attestation: 'missing',
          privacy_training: 'missing',
          protocol_training: 'missing',
        },
      },
    ]);
    await makeCredential(t.db, { personId: reader.actor.personId, clock });
    await makeAttestation(t.db, { orgId: org.id, personId: reader.actor.personId, clock });
    await completeTraining(reader, { kind: 'privacy_training', understood: true });
    const after = await listReadiness(owner, readinessInput.parse({}));
    expect(after).toMatchObject({ readers: 1, ready: 1 });
    expect((await listReadiness(owner, readinessInput.parse({ show: 'not_ready' }))).people).toEqual([]);
  });

  test('a team is read by pages in the order of names, found by name or address, and counted whole', async () => {
    for (let i = 0; i < 5; i += 1) await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
    for (let i = 0; i < 52; i += 1) await invite();
    const whole = await listTeam(owner, teamInput.parse({ limit: 100 }));
    expect(whole).toMatchObject({ people: 7, next: null, invited: 52 });
    expect(whole.heldRoles).toEqual(['staffing_lead', 'vendor_annotator', 'vendor_owner']);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const part: Awaited<ReturnType<typeof listTeam>> = await listTeam(
        owner,
        teamInput.parse({ limit: 3, after }),
      );
      seen.push(...part.members.map((one) => one.personId));
      after = part.next;
      if (after === null) break;
    }
    expect(seen).toEqual(whole.members.map((one) => one.personId));
    const [someone] = whole.members;
    const text = someone!.email.slice(0, 12).toUpperCase();
    const found = await listTeam(owner, teamInput.parse({ text }));
    expect(found.members.map((one) => one.email)).toContain(someone!.email);
    expect((await listTeam(owner, teamInput.parse({ text: '%' }))).members).toEqual([]);
    const rest = await listTeam(owner, teamInput.parse({ invitedAfter: whole.nextInvited }));
    expect([whole.invitations.length, rest.invitations.length, rest.nextInvited]).toEqual([50, 2, null]);
  });
});
