import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreementSignatures, agreements } from '#db/schema/agreements.ts';
import { auditEvents } from '#db/schema/audit.ts';
import { files } from '#db/schema/files.ts';
import { notifications } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import {
  makeSigningWorld,
  makeToSign,
  nameSignatory,
  reasonOf,
  type SigningWorld,
} from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { MINUTE, manualClock, plus } from '#server/core/clock.ts';
import { createAgreement } from './create-agreement.ts';
import { declineAgreement } from './decline-agreement.ts';
import { openDocument } from './open-document.ts';
import { readAgreement } from './reads.ts';
import { signAgreement } from './sign-agreement.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
let t: TestDatabase;
let world: SigningWorld;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const rowOf = async (id: string) => (await t.db.select().from(agreements).where(eq(agreements.id, id)))[0]!;
const signaturesOf = (id: string) =>
  t.db.select().from(agreementSignatures).where(eq(agreementSignatures.agreementId, id));
/** A vendor of its own, so that tests do not wait on each other's pending agreements. */
async function freshVendor(): Promise<OrgContext> {
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const ctx = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
  await nameSignatory(t.db, ctx);
  return ctx;
}

describe('from draft to active', () => {
  test('both sides sign the same bytes; the second signature activates and seals', async () => {
    const { sponsor, operator } = world;
    const one = await makeToSign(world, 'baa', sponsor);
    expect(await rowOf(one.id)).toMatchObject({
      status: 'sent',
      partyAOrgId: sponsor.actor.orgId,
      partyBOrgId: operator.actor.orgId,
    });
    expect(await signAgreement(sponsor, await one.inputOf(sponsor))).toMatchObject({
      status: 'partially_signed',
      sealedFileId: null,
    });
    const done = await signAgreement({ ...operator, address: '203.0.113.7' }, await one.inputOf(operator));
    expect(done.status).toBe('active');
    expect(await rowOf(one.id)).toMatchObject({ status: 'active', sealedFileId: done.sealedFileId });
    const signatures = await signaturesOf(one.id);
    expect(signatures.map((s) => [s.side, s.documentSha256]).sort()).toEqual([
      ['a', one.documentSha256],
      ['b', one.documentSha256],
    ]);
    expect(signatures[0]?.authorityStatement).toContain('authorised to bind The');
    // Where it came from is kept with the signature; a call within the server has no address.
    expect(signatures.map((s) => s.ipAddress).sort()).toEqual(['203.0.113.7', null]);

    const original = await openDocument(sponsor, { agreementId: one.id, copy: 'original' });
    expect(createHash('sha256').update(original.bytes).digest('hex')).toBe(one.documentSha256);
    const sealed = await openDocument(operator, { agreementId: one.id, copy: 'sealed' });
    const [attached] = (await PDFDocument.load(sealed.bytes)).getAttachments();
    expect(createHash('sha256').update(attached!.data).digest('hex')).toBe(one.documentSha256);

    const trail = await t.db.select().from(auditEvents).where(eq(auditEvents.subjectId, one.id));
    expect(trail.map((event) => event.action).sort()).toEqual([
      'agreements.activated',
      'agreements.sent',
      'agreements.signed',
      'agreements.signed',
    ]);
    const told = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, operator.actor.personId));
    expect(told.map((one) => one.kind)).toContain('agreement.to_countersign');
  });

  test('a renewal supersedes the standing one in the same step, without gap or overlap', async () => {
    const vendor = await freshVendor();
    const signBoth = async () => {
      const one = await makeToSign(world, 'nda', vendor);
      await signAgreement(world.operator, await one.inputOf(world.operator));
      await signAgreement(vendor, await one.inputOf(vendor));
      return one.id;
    };
    const first = await signBoth();
    const second = await signBoth();
    expect(await rowOf(first)).toMatchObject({ status: 'superseded' });
    expect(await rowOf(second)).toMatchObject({ status: 'active', supersedesId: first });
  });
});

describe('bad signatures: a clear refusal, and nothing is kept', () => {
  test('a second signature by the same side, by another signatory too', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'dua', vendor);
    await signAgreement(vendor, await one.inputOf(vendor));
    expect(await reasonOf(signAgreement(vendor, await one.inputOf(vendor)))).toBe('conflict already_signed');
    const org = { id: vendor.actor.orgId, kind: 'vendor' as const, verified: true };
    const partner = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    await nameSignatory(t.db, partner);
    expect(await reasonOf(signAgreement(partner, await one.inputOf(partner)))).toBe(
      'conflict already_signed',
    );
    expect(await signaturesOf(one.id)).toHaveLength(1);
    expect(await rowOf(one.id)).toMatchObject({ status: 'partially_signed' });
  });

  test('bytes changed after the first signature: refused, void for good, both sides told', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'dpa', vendor);
    await signAgreement(vendor, await one.inputOf(vendor));
    const { fileId } = await rowOf(one.id);
    const [file] = await t.db.select().from(files).where(eq(files.id, fileId!));
    const stored = path.resolve(process.env.READROOM_FILES_DIR!, file!.storageKey);
    await writeFile(stored, 'another document');
    const attempt = signAgreement(world.operator, await one.inputOf(world.operator));
    expect(await reasonOf(attempt)).toBe('conflict document_changed');
    expect(await rowOf(one.id)).toMatchObject({ status: 'voided' });
    expect(await signaturesOf(one.id)).toHaveLength(1);
    const again = signAgreement(world.operator, await one.inputOf(world.operator));
    expect(await reasonOf(again)).toBe('conflict agreement_not_open');
    const told = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, vendor.actor.personId));
    expect(told.map((note) => note.kind)).toContain('agreement.voided');
  });

  test('a signer without authority: no right, or not a checked signatory', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const org = { id: vendor.actor.orgId, kind: 'vendor' as const, verified: true };
    const unnamed = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    const lead = await makeMember(t.db, { org, roles: ['staffing_lead'], clock });
    for (const ctx of [unnamed, lead]) {
      expect(await reasonOf(signAgreement(ctx, await one.inputOf(ctx)))).toBe(
        'forbidden signer_without_authority',
      );
    }
    expect(await signaturesOf(one.id)).toHaveLength(0);
  });

  test.each([
    ['another name', { typedName: 'Somebody Else' }, 'invalid name_mismatch'],
    ['an old consent', { consentVersion: '2020-01' }, 'conflict consent_outdated'],
    ['another document shown', { documentSha256: 'a'.repeat(64) }, 'conflict document_mismatch'],
  ])('%s', async (_name, change, reason) => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'services', vendor);
    expect(await reasonOf(signAgreement(vendor, await one.inputOf(vendor, change)))).toBe(reason);
    expect(await signaturesOf(one.id)).toHaveLength(0);
    expect(await rowOf(one.id)).toMatchObject({ status: 'sent' });
  });

  test('a password older than five minutes, an unverified organisation, an outsider', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'services', vendor);
    const input = await one.inputOf(vendor);
    const late = { ...vendor, clock: manualClock(plus(clock.now(), 5 * MINUTE)) };
    expect(await reasonOf(signAgreement(late, input))).toBe('precondition reauthentication_required');
    const unverified = { ...vendor, actor: { ...vendor.actor, orgVerified: false } };
    expect(await reasonOf(signAgreement(unverified, input))).toBe('precondition organisation_unverified');
    const outsider = await freshVendor();
    expect(await reasonOf(signAgreement(outsider, input))).toBe('not_found agreement_not_found');
    expect(await signaturesOf(one.id)).toHaveLength(0);
  });

  test('a declined one takes no signature', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'services', vendor);
    await declineAgreement(vendor, { agreementId: one.id, reason: 'The term is too long.' });
    const attempt = signAgreement(world.operator, await one.inputOf(world.operator));
    expect(await reasonOf(attempt)).toBe('conflict agreement_not_open');
  });
});

describe('races', () => {
  test('both sides sign at once: both signatures count and it becomes active, in every round', async () => {
    for (let round = 0; round < 4; round += 1) {
      const vendor = await freshVendor();
      const one = await makeToSign(world, 'subcontractor_baa', vendor);
      const inputs = [await one.inputOf(vendor), await one.inputOf(world.operator)];
      const results = await Promise.all([
        signAgreement(vendor, inputs[0]!),
        signAgreement(world.operator, inputs[1]!),
      ]);
      expect(results.map((result) => result.status).sort()).toEqual(['active', 'partially_signed']);
      expect(await signaturesOf(one.id)).toHaveLength(2);
      expect(await rowOf(one.id)).toMatchObject({ status: 'active' });
    }
  });

  test('eight clicks of one side: one signature, seven conflicts', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const input = await one.inputOf(vendor);
    const results = await Promise.all(
      Array.from({ length: 8 }, () => reasonOf(signAgreement(vendor, input))),
    );
    expect(results.filter((result) => result === 'conflict already_signed')).toHaveLength(7);
    expect(await signaturesOf(one.id)).toHaveLength(1);
  });

  test('the same agreement asked for by both at once exists once', async () => {
    const vendor = await freshVendor();
    const ask = { kind: 'services' as const, orgId: vendor.actor.orgId };
    const results = await Promise.all([
      reasonOf(createAgreement(vendor, ask)),
      reasonOf(createAgreement(world.operator, ask)),
    ]);
    expect(results.filter((result) => result === 'conflict agreement_pending')).toHaveLength(1);
  });
});

describe('making one', () => {
  test.each([
    ['a BAA with a vendor', 'vendor', { kind: 'baa' }, 'invalid agreement_kind_unfit'],
    [
      'a start in the past',
      'vendor',
      { kind: 'nda', effectiveFrom: '2026-11-20' },
      'invalid agreement_dates',
    ],
    [
      'an end before the start',
      'sponsor',
      { kind: 'nda', effectiveFrom: '2026-12-01', effectiveUntil: '2026-12-01' },
      'invalid agreement_dates',
    ],
  ] as const)('%s is refused', async (_name, who, input, reason) => {
    const attempt = createAgreement(world.operator, { ...input, orgId: world[who].actor.orgId });
    expect(await reasonOf(attempt)).toBe(reason);
  });

  test('nobody asks in the name of another organisation, nor for an unverified one', async () => {
    const attempt = createAgreement(world.vendor, { kind: 'nda', orgId: world.sponsor.actor.orgId });
    expect(await reasonOf(attempt)).toBe('not_found organisation_not_found');
    const unverified = await makeOrganisation(t.db, { kind: 'vendor', verified: false, clock });
    expect(await reasonOf(createAgreement(world.operator, { kind: 'nda', orgId: unverified.id }))).toBe(
      'precondition organisation_unverified',
    );
  });

  test('the page tells each viewer whether they may sign, and outsiders nothing', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const detail = await readAgreement(t.db, { agreementId: one.id, actor: vendor.actor });
    expect(detail).toMatchObject({ ownSide: 'b', maySign: { allowed: true, reason: null } });
    await signAgreement(vendor, await one.inputOf(vendor));
    const after = await readAgreement(t.db, { agreementId: one.id, actor: vendor.actor });
    expect(after.maySign).toEqual({ allowed: false, reason: expect.stringContaining('other side') });
    const { independent } = world;
    const outsider = readAgreement(t.db, { agreementId: one.id, actor: independent.actor });
    expect(await reasonOf(outsider)).toBe('not_found agreement_not_found');
    const file = openDocument(independent, { agreementId: one.id, copy: 'original' });
    expect(await reasonOf(file)).toBe('not_found agreement_not_found');
    const early = openDocument(vendor, { agreementId: one.id, copy: 'sealed' });
    expect(await reasonOf(early)).toBe('not_found copy_not_there');
  });
});
