import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { credentials, verifications } from '#db/schema/credentials.ts';
import { notifications } from '#db/schema/notifications.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { attestCredential } from './attest-credential.ts';
import { claimCredential } from './claim-credential.ts';
import { completeTraining } from './complete-training.ts';
import { expireCredentials } from './expire-credentials.ts';
import { readDesk, readWallet } from './read-wallet.ts';
import { hasQualification, snapshotCredentials } from './reads.ts';
import { recordVerification } from './record-verification.ts';
import type { ClaimCredentialInput } from './schemas.ts';
import { type DeskInput, deskInput } from './view-schemas.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
let t: TestDatabase;
let vendor: Awaited<ReturnType<typeof makeOrganisation>>;
let ann: OrgContext;
let ben: OrgContext;
let lead: OrgContext;
let operator: OrgContext;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  vendor = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const platform = await makeOrganisation(t.db, { kind: 'platform', clock });
  ann = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'], clock });
  ben = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'], clock });
  lead = await makeMember(t.db, { org: vendor, roles: ['staffing_lead'], clock });
  operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
});
afterAll(() => t.drop());

const reasonOf = async (run: Promise<unknown>) => {
  const error = await run.then(
    () => null,
    (e: unknown) => e,
  );
  return isAppError(error) ? `${error.kind} ${error.reason}` : error;
};

const licence = (change: Partial<ClaimCredentialInput> = {}): ClaimCredentialInput => ({
  kind: 'medical_licence',
  title: 'Physician',
  issuer: 'Medical Board of California',
  jurisdiction: 'US',
  identifier: 'A-100',
  issuedOn: '2015-06-30',
  expiresOn: '2027-06-30',
  ...change,
});

const countOf = (personId: string) => t.db.$count(credentials, eq(credentials.personId, personId));

/** What the desk is asked for, as the operator. */
const deskOf = (over: Partial<DeskInput>) => ({
  ...deskInput.parse({}),
  ...over,
  personId: operator.actor.personId,
});

describe('claiming', () => {
  test('a claim lands in the wallet at the lowest level, is audited, and its number is normalised', async () => {
    const { id } = await claimCredential(ann, licence());
    const { credentials: held } = await readWallet(t.db, ann.actor.personId);
    expect(held).toMatchObject([{ id, status: 'claimed', level: 'self_claimed', identifier: 'A100' }]);
    expect(await t.db.$count(auditEvents, eq(auditEvents.subjectId, id))).toBe(1);
  });

  test('a number of another person, however it is written, goes to the desk with theirs; neither is told of the other', async () => {
    const attempt = await claimCredential(
      ben,
      licence({ identifier: 'a 1.00', issuer: 'medical board  of california' }),
    );
    expect(await reasonOf(claimCredential(ann, licence()))).toBe('conflict already_in_wallet');
    const held = await t.db.select().from(credentials).where(eq(credentials.identifier, 'A100'));
    expect(held.map((one) => [one.status, one.deskReason])).toEqual([
      ['discrepancy', 'dispute'],
      ['discrepancy', 'dispute'],
    ]);
    const desk = await readDesk(t.db, deskOf({ limit: 50 }));
    const lines = desk.items.filter((one) => one.identifier === 'A100');
    expect(lines.map((one) => [one.reason, one.rivals.length])).toEqual([
      ['dispute', 1],
      ['dispute', 1],
    ]);
    // What each of them sees is the same as of any claim that is looked at, and nobody was written to.
    for (const who of [ann, ben]) {
      const own = (await readWallet(t.db, who.actor.personId)).credentials;
      expect(own.find((one) => one.identifier === 'A100')).toMatchObject({
        status: 'verifying',
        lastCheck: null,
      });
      expect(JSON.stringify(own)).not.toMatch(/dispute|rival/);
      expect(await t.db.$count(notifications, eq(notifications.personId, who.actor.personId))).toBe(0);
    }
    expect(attempt.id).not.toBe(held[0]?.id === attempt.id ? held[1]?.id : held[0]?.id);
  });

  test('a number that was revoked is not claimed anew and vouched for, by its holder or by another: the source alone brings it back (R27)', async () => {
    const input = licence({ identifier: 'R-9', issuer: 'Board of Nevada' });
    const first = await claimCredential(ann, input);
    await recordVerification(operator, {
      credentialId: first.id,
      seenStatus: 'claimed',
      outcome: 'adverse',
      sourceStanding: 'revoked',
      primarySource: 'Board of Nevada',
      communicationMethod: 'portal',
      note: 'Revoked.',
    });
    const again = await claimCredential(ann, input);
    const borrowed = await claimCredential(ben, input);
    expect(await reasonOf(attestCredential(lead, { credentialId: again.id }))).toMatch(
      /^(conflict|precondition) /,
    );
    const rows = await t.db.select().from(credentials).where(eq(credentials.identifier, 'R9'));
    expect(rows.find((one) => one.id === again.id)).toMatchObject({
      status: 'discrepancy',
      level: 'self_claimed',
    });
    expect(rows.find((one) => one.id === borrowed.id)?.status).toBe('discrepancy');
    const desk = await readDesk(t.db, deskOf({ limit: 50 }));
    const line = desk.items.find((one) => one.id === again.id);
    expect([line?.reason, line?.rivals.map((one) => [one.isSamePerson, one.status]).sort()]).toEqual([
      'dispute',
      [
        [false, 'discrepancy'],
        [true, 'revoked'],
      ],
    ]);
  });

  test('what ran out is renewed by its holder; claimed by somebody else it goes to the desk', async () => {
    const of = { personId: ann.actor.personId, kind: 'medical_licence', status: 'expired', clock } as const;
    for (const identifier of ['E7', 'E8'])
      await makeCredential(t.db, { ...of, issuer: 'Board of Utah', identifier });
    const claimed = async (who: OrgContext, identifier: string) => {
      const { id } = await claimCredential(who, licence({ identifier, issuer: 'Board of Utah' }));
      return (await t.db.select().from(credentials).where(eq(credentials.id, id)))[0]?.status;
    };
    expect(await claimed(ann, 'E-7')).toBe('claimed');
    expect(await claimed(ben, 'E-8')).toBe('discrepancy');
  });

  test('what was proven at its source goes on counting while somebody else claims its number', async () => {
    const proven = await makeCredential(t.db, {
      personId: ann.actor.personId,
      kind: 'medical_licence',
      scheme: 'uk_gmc',
      identifier: '7012345',
      clock,
    });
    const borrowed = await claimCredential(
      ben,
      licence({ scheme: 'uk_gmc', issuer: 'whatever', identifier: '7012 345', expiresOn: undefined }),
    );
    const rows = await t.db.select().from(credentials).where(eq(credentials.identifier, '7012345'));
    expect(Object.fromEntries(rows.map((row) => [row.id, [row.status, row.level, row.deskReason]]))).toEqual({
      [proven]: ['verified', 'primary_source', 'dispute'],
      [borrowed.id]: ['discrepancy', 'self_claimed', 'dispute'],
    });
    expect(rows.map((row) => row.issuer)).toContain('General Medical Council');
  });

  test('two people entering the same number at once: both are kept and both are on the desk, in every round', async () => {
    for (let round = 0; round < 5; round += 1) {
      const input = licence({ identifier: `RACE-${round}` });
      await Promise.all([claimCredential(ann, input), claimCredential(ben, input)]);
      const rows = await t.db
        .select()
        .from(credentials)
        .where(eq(credentials.identifier, `RACE${round}`));
      expect(rows.map((row) => row.status)).toEqual(['discrepancy', 'discrepancy']);
    }
  });

  test('the same person entering a number twice at once keeps it once', async () => {
    const input = licence({ identifier: 'TWICE' });
    const results = await Promise.allSettled([claimCredential(ann, input), claimCredential(ann, input)]);
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['expired', { expiresOn: '2026-11-20' }],
    ['issued in the future', { issuedOn: '2026-12-01' }],
    ['an NPI that is not one', { kind: 'npi' as const, identifier: '1234567890' }],
    ['a licence without number', { identifier: undefined }],
  ])('%s is refused and nothing is kept', async (_name, change) => {
    const before = await countOf(ann.actor.personId);
    const attempt = claimCredential(ann, licence({ identifier: 'B-200', ...change } as ClaimCredentialInput));
    expect(await reasonOf(attempt)).toBe('invalid credential_invalid');
    expect(await countOf(ann.actor.personId)).toBe(before);
  });
});

describe('the verification desk', () => {
  test('a number is verified at its source for one person: whoever has it comes back to the desk, in every round of both at once', async () => {
    const verify = (credentialId: string, outcome: 'verified' | 'discrepancy' = 'verified') =>
      reasonOf(
        recordVerification(operator, {
          credentialId,
          seenStatus: outcome === 'verified' ? 'discrepancy' : 'verified',
          outcome,
          sourceStanding: 'active',
          primarySource: 'Board of Ohio',
          communicationMethod: 'portal',
          note: 'Looked up with the day of birth.',
        }),
      );
    for (let round = 0; round < 3; round += 1) {
      const input = licence({ issuer: 'Board of Ohio', identifier: `ONE-${round}` });
      const ids = [(await claimCredential(ann, input)).id, (await claimCredential(ben, input)).id];
      const said = await Promise.all(ids.map((id) => verify(id)));
      expect(said.filter((one) => one === 'conflict number_verified_elsewhere')).toHaveLength(1);
      const [holder, other] = typeof said[0] === 'string' ? ids.toReversed() : ids;
      const statusOf = async (id: string) =>
        (await t.db.select().from(credentials).where(eq(credentials.id, id)))[0];
      expect(await statusOf(holder!)).toMatchObject({ status: 'verified', deskReason: 'dispute' });
      expect(await statusOf(other!)).toMatchObject({ status: 'discrepancy', level: 'self_claimed' });
      // Once the source has been asked about the one, the other can be found to be its holder.
      await verify(holder!, 'discrepancy');
      expect(await verify(other!)).toBeNull();
    }
  });

  test('shows what waits, oldest first', async () => {
    const old = await makeCredential(t.db, {
      personId: ben.actor.personId,
      status: 'claimed',
      level: 'self_claimed',
      clock: manualClock('2020-01-01T00:00:00Z'),
      expiresOn: '2027-01-01',
    });
    const desk = await readDesk(t.db, deskOf({ limit: 10 }));
    expect(desk.items[0]?.id).toBe(old);
    expect(desk.waiting).toBeGreaterThanOrEqual(desk.items.length);
    const times = desk.items.map((item) => item.waitingSince.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(desk.oldest?.toISOString()).toBe('2020-01-01T00:00:00.000Z');
  });

  test('is read by pages, every line once, and any of it opens by its address', async () => {
    const all = await readDesk(t.db, deskOf({ limit: 50 }));
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page = await readDesk(t.db, deskOf({ limit: 3, after }));
      ids.push(...page.items.map((item) => item.id));
      expect(page.waiting).toBe(all.waiting);
      after = page.next;
    }
    expect(ids).toEqual(all.items.map((item) => item.id));
    expect(ids).toHaveLength(all.waiting);
    const last = ids.at(-1) ?? '';
    const far = await readDesk(t.db, deskOf({ limit: 1, open: last }));
    expect(far.items.map((item) => item.id)).toEqual(ids.slice(0, 1));
    expect(far.opened?.id).toBe(last);
    expect((await readDesk(t.db, deskOf({ open: ann.actor.personId }))).opened).toBeNull();
  });

  test('is narrowed by words, which are no patterns, and by why something is here', async () => {
    const found = await readDesk(t.db, deskOf({ text: 'a10' }));
    expect(found.items.map((item) => item.identifier)).toEqual(['A100', 'A100']);
    expect((await readDesk(t.db, deskOf({ text: 'A%0' }))).items).toEqual([]);
    const disputed = await readDesk(t.db, deskOf({ reason: 'dispute', limit: 50 }));
    expect(new Set(disputed.items.map((item) => item.reason))).toEqual(new Set(['dispute']));
    const fresh = await readDesk(t.db, deskOf({ reason: 'claim', limit: 50 }));
    expect(new Set(fresh.items.map((item) => item.reason))).toEqual(new Set(['claim']));
    expect(fresh.items.length + disputed.items.length).toBe(fresh.waiting);
  });

  const check = (credentialId: string, change: object = {}) => ({
    credentialId,
    seenStatus: 'claimed' as const,
    outcome: 'verified' as const,
    primarySource: 'Medical Board of California',
    communicationMethod: 'portal' as const,
    ...change,
  });

  const adverse = { outcome: 'adverse', sourceStanding: 'probation', note: 'On probation.' };

  test('a check is an immutable row in FHIR words and moves the credential with its level', async () => {
    const { id } = await claimCredential(ann, licence({ identifier: 'C-1' }));
    expect(await recordVerification(operator, check(id, { sourceAsOf: '2026-11-20' }))).toEqual({
      status: 'verified',
      leasesRevoked: 0,
      recalls: 0,
    });
    const rows = await t.db.select().from(verifications).where(eq(verifications.credentialId, id));
    expect(rows).toMatchObject([{ status: 'validated', level: 'primary_source', sourceAsOf: '2026-11-20' }]);
    const snapshot = (await snapshotCredentials(t.db, [ann.actor.personId], clock.now())).get(
      ann.actor.personId,
    );
    expect(snapshot?.credentials.find((one) => one.credentialId === id)).toMatchObject({
      level: 'primary_source',
      years: 11,
      verificationId: rows[0]?.id,
      verifiedOn: '2026-11-21',
    });
    expect(JSON.stringify(snapshot)).not.toContain('C1');
  });

  test('two operators decide on the same claim: the second is told, and one row is kept', async () => {
    const { id } = await claimCredential(ann, licence({ identifier: 'C-2' }));
    const results = await Promise.allSettled([
      recordVerification(operator, check(id)),
      recordVerification(operator, check(id, adverse)),
    ]);
    const lost = results.filter((one) => one.status === 'rejected');
    expect(lost.map((one) => isAppError(one.reason, 'verification_stale'))).toEqual([true]);
    expect(await t.db.$count(verifications, eq(verifications.credentialId, id))).toBe(1);
  });

  test('nobody verifies their own, nothing is verified after an adverse finding, no source from the future', async () => {
    const { id } = await claimCredential(ann, licence({ identifier: 'C-3' }));
    const self = { ...operator, actor: { ...operator.actor, personId: ann.actor.personId } };
    expect(await reasonOf(recordVerification(self, check(id)))).toBe('forbidden verification_own');
    expect(await reasonOf(recordVerification(operator, check(id, { sourceAsOf: '2026-11-22' })))).toBe(
      'invalid verification_invalid',
    );
    await recordVerification(operator, check(id, adverse));
    expect(await reasonOf(recordVerification(operator, check(id, { seenStatus: 'adverse' })))).toBe(
      'precondition verification_impossible',
    );
  });
});

describe('a vendor vouches', () => {
  test('for its own people only, once, and never lowers a level', async () => {
    const { id } = await claimCredential(ann, licence({ identifier: 'D-1' }));
    await attestCredential(lead, { credentialId: id });
    await attestCredential(lead, { credentialId: id });
    const [row] = await t.db.select().from(credentials).where(eq(credentials.id, id));
    expect(row).toMatchObject({ level: 'vendor_attested', status: 'claimed' });
    expect(await t.db.$count(verifications, eq(verifications.credentialId, id))).toBe(1);
    const other = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const stranger = await makeMember(t.db, { org: other, roles: ['staffing_lead'], clock });
    expect(await reasonOf(attestCredential(stranger, { credentialId: id }))).toBe(
      'not_found credential_not_found',
    );
  });

  test('not for what is past its last day', async () => {
    const id = await makeCredential(t.db, {
      personId: ann.actor.personId,
      status: 'claimed',
      level: 'self_claimed',
      expiresOn: '2026-11-20',
      clock,
    });
    expect(await reasonOf(attestCredential(lead, { credentialId: id }))).toBe(
      'precondition credential_not_in_force',
    );
  });
});

describe('time', () => {
  test('the expiry job moves what is past its last day, tells the holder, and does nothing the second time', async () => {
    const person = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'], clock });
    const { personId } = person.actor;
    const gone = await makeCredential(t.db, { personId, expiresOn: '2026-11-20', clock });
    const today = await makeCredential(t.db, { personId, expiresOn: '2026-11-21', clock });
    await expireCredentials(operator);
    const rows = await t.db.select().from(credentials).where(eq(credentials.personId, personId));
    const states = Object.fromEntries(rows.map((row) => [row.id, row.status]));
    expect(states).toEqual({ [gone]: 'expired', [today]: 'verified' });
    expect(await expireCredentials(operator)).toBe(0);
  });

  test('privacy training counts for 12 months', async () => {
    const personId = ben.actor.personId;
    await completeTraining(ben, { kind: 'privacy_training', understood: true });
    const at = (days: number) =>
      hasQualification(t.db, { personId, kind: 'privacy_training', now: plus(clock.now(), days * DAY) });
    expect([await at(0), await at(364), await at(366)]).toEqual([true, true, false]);
  });
});
