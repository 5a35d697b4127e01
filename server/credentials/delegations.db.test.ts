import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { delegations, verifications } from '#db/schema/credentials.ts';
import { notifications } from '#db/schema/notifications.ts';
import { makeAgreement, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import { addDocument } from './add-document.ts';
import { appointDelegate, changeDelegation } from './appoint-delegate.ts';
import { attestCredential } from './attest-credential.ts';
import { openCredentialDocument } from './open-document.ts';
import { readWallet } from './read-wallet.ts';
import { recordVerification } from './record-verification.ts';
import { dayOf } from './rules.ts';
import { takeBackChecks } from './take-back-checks.ts';
import { verifyAsDelegate } from './verify-as-delegate.ts';
import { viewDelegations, viewOwnDelegation } from './view-delegations.ts';
import { drawSample, watchDelegations } from './watch-delegations.ts';

type Org = Awaited<ReturnType<typeof makeOrganisation>>;

describe('a vendor as delegate (R19)', () => {
  const clock = manualClock('2026-11-02T09:00:00Z');
  let t: TestDatabase;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makePlatform(t.db, clock);
    operator = await makeMember(t.db, { org, roles: ['operator'], clock });
  });
  afterAll(() => t.drop());

  const reason = (run: Promise<unknown>): Promise<string | null> =>
    run.then(
      () => null,
      (error: { reason: string }) => error.reason,
    );
  const audit = (orgId: string, more: object = {}) => ({
    orgId,
    auditedOn: dayOf(clock.now()),
    filesAudited: 8,
    filesPassed: 8,
    findings: 'Eight files, all in order.',
    sampleShareBasisPoints: 5000,
    ...more,
  });
  /** A vendor with its agreement, its staffing lead, and people with one claimed licence each. */
  async function vendorWith(people: number) {
    const org: Org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const agreementId = await makeAgreement(t.db, { kind: 'delegation', org, clock });
    const lead = await makeMember(t.db, { org, roles: ['staffing_lead'], clock });
    const claims: { credentialId: string; who: OrgContext }[] = [];
    for (let n = 0; n < people; n += 1) {
      const who = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
      const credentialId = await makeCredential(t.db, {
        personId: who.actor.personId,
        kind: 'medical_licence',
        status: 'claimed',
        level: 'self_claimed',
        clock,
      });
      claims.push({ credentialId, who });
    }
    return { org, agreementId, lead, claims };
  }
  const check = (credentialId: string, more: object = {}) => ({
    credentialId,
    seenStatus: 'claimed' as const,
    primarySource: 'Medical board of California',
    communicationMethod: 'portal' as const,
    sourceAsOf: dayOf(clock.now()),
    fileReference: 'HR-2026-17',
    ...more,
  });
  const credentialOf = async (who: OrgContext) => (await readWallet(t.db, who.actor.personId)).credentials[0];
  const system = () => systemContext({ db: t.db, clock, name: 'test', requestId: randomUUID() });

  test('the evidence of a check is kept with it, opened by operators alone, and taken from delegates only', async () => {
    const { org, lead, claims } = await vendorWith(2);
    const [{ credentialId, who }, second] = [claims[0]!, claims[1]!];
    const upload = {
      credentialId,
      fileName: 'screen.pdf',
      bytes: new TextEncoder().encode('%PDF-1.7 screen'),
    };
    expect(await reason(addDocument(lead, upload))).toBe('credential_not_found');
    await appointDelegate(operator, audit(org.id));
    const { lead: stranger } = await vendorWith(1);
    expect(await reason(addDocument(stranger, upload))).toBe('credential_not_found');
    const kept = await addDocument(lead, upload);
    expect(kept.isEvidence).toBe(true);
    const other = await addDocument(second.who, { ...upload, credentialId: second.credentialId });
    expect(await reason(verifyAsDelegate(lead, check(credentialId, { evidenceFileId: other.fileId })))).toBe(
      'evidence_unknown',
    );
    await verifyAsDelegate(lead, check(credentialId, { evidenceFileId: kept.fileId }));
    const [made] = await t.db
      .select()
      .from(verifications)
      .where(eq(verifications.credentialId, credentialId));
    expect(made).toMatchObject({ evidenceFileId: kept.fileId, evidenceSha256: kept.sha256 });
    const at = { credentialId, fileId: kept.fileId };
    expect((await openCredentialDocument(operator, at)).sha256).toBe(kept.sha256);
    for (const nobody of [who, lead, stranger])
      expect(await reason(openCredentialDocument(nobody, at))).toBe('credential_not_found');
  });

  test('delegate and operator are reminded 60, 30 and 7 days before the last day, once each however often it runs', async () => {
    const { org, lead } = await vendorWith(0);
    const { delegationId } = await appointDelegate(operator, audit(org.id));
    const [row] = await t.db.select().from(delegations).where(eq(delegations.id, delegationId));
    const told = async (personId: string, kind: string) =>
      (
        await t.db
          .select()
          .from(notifications)
          .where(and(eq(notifications.personId, personId), eq(notifications.kind, kind)))
      ).filter((note) => note.title.includes(' ends on ')).length;
    const counts: [number, number][] = [];
    for (const left of [61, 60, 59, 30, 8, 7, 0, -1]) {
      const now = manualClock(new Date(Date.parse(row!.validUntil) - left * DAY + DAY / 2).toISOString());
      const job = systemContext({ db: t.db, clock: now, name: 'test', requestId: randomUUID() });
      await watchDelegations(job);
      await watchDelegations(job);
      counts.push([left, await told(lead.actor.personId, 'vendor.delegation')]);
    }
    expect(counts).toEqual([
      [61, 0],
      [60, 1],
      [59, 1],
      [30, 2],
      [8, 2],
      [7, 3],
      [0, 3],
      [-1, 3],
    ]);
    expect(await told(operator.actor.personId, 'operator.delegation')).toBeGreaterThanOrEqual(3);
  });

  test('no agreement, a poor audit, or a second time: not appointed', async () => {
    const bare = await makeOrganisation(t.db, { kind: 'vendor', clock });
    expect(await reason(appointDelegate(operator, audit(bare.id)))).toBe('delegation_agreement');
    const { org } = await vendorWith(0);
    const poor = appointDelegate(operator, audit(org.id, { filesPassed: 7 }));
    expect(await reason(poor)).toBe('delegation_invalid');
    expect((await viewDelegations(operator)).candidates.map((one) => one.orgId)).toContain(org.id);
    await appointDelegate(operator, audit(org.id));
    expect((await viewDelegations(operator)).candidates.map((one) => one.orgId)).not.toContain(org.id);
    expect(await reason(appointDelegate(operator, audit(org.id)))).toBe('delegate_already');
    const sponsor = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    expect(await reason(appointDelegate(operator, audit(sponsor.id)))).toBe('vendor_not_found');
  });

  test('a vendor’s word is its word; a delegate’s check at the source counts as the platform’s, with the source and the file', async () => {
    const { org, lead, claims } = await vendorWith(2);
    const [first, second] = claims;
    await attestCredential(lead, { credentialId: first!.credentialId });
    expect(await credentialOf(first!.who)).toMatchObject({ level: 'vendor_attested', status: 'claimed' });
    expect(await reason(verifyAsDelegate(lead, check(first!.credentialId)))).toBe('not_a_delegate');
    expect(await viewOwnDelegation(lead)).toBeNull();
    await appointDelegate(operator, audit(org.id));
    expect(await viewOwnDelegation(lead)).toMatchObject({ mayVerify: true, because: null });
    await verifyAsDelegate(lead, check(first!.credentialId));
    expect(await credentialOf(first!.who)).toMatchObject({
      level: 'primary_source',
      status: 'verified',
      lastCheck: { status: 'validated', primarySource: 'Medical board of California' },
    });
    expect((await credentialOf(first!.who))?.lastCheck?.note).toContain('file HR-2026-17');
    // Not what others hold, not what was decided meanwhile, not what the source said long ago, not one's own.
    const elsewhere = await vendorWith(1);
    const other = elsewhere.claims[0]!.credentialId;
    expect(await reason(verifyAsDelegate(lead, check(other)))).toBe('credential_not_found');
    expect(await reason(verifyAsDelegate(lead, check(first!.credentialId)))).toBe('verification_stale');
    const old = { sourceAsOf: dayOf(new Date(clock.now().getTime() - 121 * DAY)) };
    expect(await reason(verifyAsDelegate(lead, check(second!.credentialId, old)))).toBe(
      'verification_invalid',
    );
    const own = await makeCredential(t.db, {
      personId: lead.actor.personId,
      status: 'claimed',
      level: 'self_claimed',
      clock,
    });
    expect(await reason(verifyAsDelegate(lead, check(own)))).toBe('verification_own');
    // What two people claim is an operator's to tell apart.
    await t.admin`update credentials set status = 'discrepancy' where id = ${second!.credentialId}`;
    expect(
      await reason(verifyAsDelegate(lead, check(second!.credentialId, { seenStatus: 'discrepancy' }))),
    ).toBe('delegate_cannot');
  });

  test('operators sample: half of the checks and at least eight go to the desk once, and their decision is the result', async () => {
    const { org, lead, claims } = await vendorWith(20);
    const { delegationId } = await appointDelegate(operator, audit(org.id));
    for (const { credentialId } of claims) await verifyAsDelegate(lead, check(credentialId));
    expect(await drawSample(operator, { delegationId })).toEqual({ drawn: 10 });
    const drawn = await t.sql`select s.credential_id, c.status, c.desk_reason from delegation_samples s
      join credentials c on c.id = s.credential_id where s.delegation_id = ${delegationId}`;
    expect(new Set(drawn.map((row) => `${row.status} ${row.desk_reason}`))).toEqual(
      new Set(['verified sample']),
    );
    const [good, bad, silent] = drawn;
    const decide = (credentialId: string, outcome: 'verified' | 'adverse' | 'unable') =>
      recordVerification(operator, {
        credentialId,
        seenStatus: 'verified',
        outcome,
        primarySource: 'Medical board of California',
        communicationMethod: 'portal',
        ...(outcome === 'adverse' ? { sourceStanding: 'revoked' as const, note: 'Revoked in May.' } : {}),
      });
    await decide(good!.credential_id, 'verified');
    await decide(bad!.credential_id, 'adverse');
    await decide(silent!.credential_id, 'unable');
    const view = (await viewDelegations(operator)).delegations.find(
      (one) => one.delegationId === delegationId,
    );
    expect(view).toMatchObject({ checks: 20, sampled: 10, open: 8, agrees: 1, disagrees: 1 });
    // What was looked at is not drawn again.
    expect(await drawSample(operator, { delegationId })).toEqual({ drawn: 8 });
    expect(await drawSample(operator, { delegationId })).toEqual({ drawn: 2 });
    expect(await drawSample(operator, { delegationId })).toEqual({ drawn: 0 });
  });

  test('suspended, it checks nothing more and what it checked stands; revoked, that counts as the vendor’s word', async () => {
    const { org, lead, claims } = await vendorWith(3);
    const { delegationId } = await appointDelegate(operator, audit(org.id));
    const [one, asked, later] = claims;
    await verifyAsDelegate(lead, check(one!.credentialId));
    await verifyAsDelegate(lead, check(asked!.credentialId));
    const change = (to: 'suspend' | 'reinstate' | 'revoke') =>
      changeDelegation(operator, { delegationId, change: to, reason: 'Two files are missing.' });
    await change('suspend');
    expect(await reason(verifyAsDelegate(lead, check(later!.credentialId)))).toBe('not_a_delegate');
    expect(await credentialOf(one!.who)).toMatchObject({ level: 'primary_source' });
    await change('reinstate');
    await verifyAsDelegate(lead, check(later!.credentialId));
    // An operator has asked the source of one since: that rests on the operator's check.
    await recordVerification(operator, {
      credentialId: asked!.credentialId,
      seenStatus: 'verified',
      outcome: 'verified',
      primarySource: 'Medical board of California',
      communicationMethod: 'portal',
    });
    expect(await change('revoke')).toEqual({ takenBack: 2 });
    expect(await credentialOf(one!.who)).toMatchObject({
      level: 'vendor_attested',
      status: 'verifying',
      lastCheck: { status: 'req-revalid', primarySource: 'Delegation revoked' },
    });
    expect(await credentialOf(asked!.who)).toMatchObject({ level: 'primary_source', status: 'verified' });
    expect(await takeBackChecks(operator, delegationId)).toBe(0);
    expect(await reason(change('reinstate'))).toBe('delegation_change');
    expect(await viewOwnDelegation(lead)).toMatchObject({ status: 'revoked', mayVerify: false });
  });

  test('every month a sample by itself; after a year, or with its agreement, the delegation is over', async () => {
    const { org, agreementId, lead, claims } = await vendorWith(2);
    const { delegationId } = await appointDelegate(operator, audit(org.id));
    await verifyAsDelegate(lead, check(claims[0]!.credentialId));
    const sampled = async () =>
      (await viewDelegations(operator)).delegations.find((one) => one.delegationId === delegationId)?.sampled;
    await watchDelegations(system());
    expect(await sampled()).toBe(0);
    clock.advance(30 * DAY);
    await watchDelegations(system());
    expect(await sampled()).toBe(1);
    await t.admin`update agreements set status = 'terminated' where id = ${agreementId}`;
    expect(await reason(verifyAsDelegate(lead, check(claims[1]!.credentialId)))).toBe('not_a_delegate');
    await t.admin`update agreements set status = 'active' where id = ${agreementId}`;
    clock.advance(336 * DAY);
    const late = check(claims[1]!.credentialId, { sourceAsOf: dayOf(clock.now()) });
    expect(await reason(verifyAsDelegate(lead, late))).toBe('not_a_delegate');
    expect((await watchDelegations(system())).expired).toBeGreaterThan(0);
    expect(await viewOwnDelegation(lead)).toMatchObject({ status: 'expired', mayVerify: false });
    expect(await credentialOf(claims[0]!.who)).toMatchObject({ level: 'primary_source' });
  });

  test('a check that is being recorded while the delegation is revoked does not count past the revocation', async () => {
    const { org, lead, claims } = await vendorWith(1);
    const { delegationId } = await appointDelegate(operator, audit(org.id));
    const gate = Promise.withResolvers<void>();
    const revoked = Promise.withResolvers<void>();
    const revoking = t.sql.begin(async (tx) => {
      await tx`select 1 from delegations where id = ${delegationId} for update`;
      await tx`update delegations set status = 'revoked', status_reason = 'Files were made up.' where id = ${delegationId}`;
      revoked.resolve();
      await gate.promise;
    });
    await revoked.promise;
    const checking = reason(verifyAsDelegate(lead, check(claims[0]!.credentialId)));
    // It waits for the revocation; nothing is recorded meanwhile.
    expect(await Promise.race([checking, new Promise((done) => setTimeout(done, 300, 'waits'))])).toBe(
      'waits',
    );
    gate.resolve();
    await revoking;
    expect(await checking).toBe('not_a_delegate');
    expect(await credentialOf(claims[0]!.who)).toMatchObject({ status: 'claimed', level: 'self_claimed' });
  });
});
