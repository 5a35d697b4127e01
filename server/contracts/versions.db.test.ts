import { createHash } from 'node:crypto';
import { PDFDocument } from '@cantoo/pdf-lib';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { contractCallOffs, contractVersions } from '#db/schema/contracts.ts';
import { batches } from '#db/schema/work-batches.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { dealsIn, reasonOf, refusalOf, terms } from '#db/testing/deal-scene.ts';
import { pdfText } from '#db/testing/pdf-text.ts';
import { DAY } from '#server/core/clock.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { closeProposal, lapseProposals } from './close-proposal.ts';
import { proposeAmendment } from './propose-amendment.ts';
import { findVersion, listSignatures } from './queries.ts';
import { contractsOfProject, contractsOfVendor } from './views.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('versions of a contract, proposed and signed', () => {
  let t: TestDatabase;
  const { makeDeal, today, sign, jobOf } = dealsIn(() => t.db);
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  test('a version is signed by both sides over the same bytes, sealed, and holds from its day; the batch before keeps its price', async () => {
    const deal = await makeDeal();
    const { scene, contractId, vendor } = deal;
    const before = await makeBatch(scene, { contractId });
    const { versionId, version } = await proposeAmendment(vendor, {
      contractId,
      terms: terms({ rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }] }),
      effectiveOn: '2026-11-10',
      reason: 'More fields to read',
    });
    expect(version).toBe(2);
    expect(await sign(scene.sponsor, versionId, scene)).toEqual({ status: 'proposed', inForceFrom: null });
    // Each side's list says whose signature it waits for.
    expect(await contractsOfVendor(vendor)).toMatchObject([{ isToSign: true }]);
    expect(await contractsOfProject(scene.sponsor, { projectId: scene.project.id })).toMatchObject([
      { isToSign: false, waits: 'Version 2 waits for the other side' },
    ]);
    expect(await reasonOf(sign(scene.sponsor, versionId, scene))).toBe('already_signed');
    expect(await sign({ ...vendor, address: '203.0.113.7' }, versionId, scene)).toEqual({
      status: 'agreed',
      inForceFrom: new Date('2026-11-10T00:00:00Z'),
    });
    const row = (await findVersion(t.db, versionId))!;
    const original = await readStoredFile(t.db, row.fileId);
    expect(createHash('sha256').update(original.bytes).digest('hex')).toBe(row.documentSha256);
    const sealedFile = await readStoredFile(t.db, row.sealedFileId!);
    const sealed = await PDFDocument.load(sealedFile.bytes);
    // Where each signature came from is kept and printed, as of agreements; a call within the server has no address.
    expect((await listSignatures(t.db, [versionId])).map((one) => one.ipAddress)).toEqual([
      null,
      '203.0.113.7',
    ]);
    const printed = pdfText(sealedFile.bytes).replaceAll(' ', '');
    expect(printed).toContain('203.0.113.7');
    const pages = (await PDFDocument.load(original.bytes)).getPageCount();
    expect(sealed.getPageCount()).toBeGreaterThan(pages);

    // Until its day the award's price holds, from then on the new one alone.
    const draft = await makeBatch(scene, { contractId, isDraft: true, name: 'Made before the day' });
    scene.clock.set(new Date('2026-11-10T00:00:00Z'));
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: draft }));
    expect(refused.message).toContain(
      'USD 1.50 (standard). It changes by an amendment only (R13); this batch has USD 1.20',
    );
    expect((await refusalOf(makeBatch(scene, { contractId }))).details?.[0]?.code).toBe(
      'batch.price_of_contract',
    );
    const after = await makeBatch(scene, { contractId, pricePerReadMinor: 150n });
    const called = await t.db
      .select()
      .from(contractCallOffs)
      .where(eq(contractCallOffs.contractId, contractId));
    expect(called.map(({ batchId, version: v, tier, reads }) => ({ batchId, v, tier, reads }))).toEqual(
      expect.arrayContaining([
        { batchId: before, v: 1, tier: 'standard', reads: 12 },
        { batchId: after, v: 2, tier: 'standard', reads: 12 },
      ]),
    );
    const [old] = await t.db.select().from(batches).where(eq(batches.id, before));
    expect(old?.pricePerReadMinor).toBe(120n);
  });

  test('nobody signs without authority, another document, a closed version, or too late; others see no contract', async () => {
    const deal = await makeDeal(1);
    const { scene, contractId, vendor } = deal;
    const offer = { contractId, effectiveOn: today(scene), reason: 'Another price' };
    const dearer = terms({ rateCard: [{ tier: 'standard', definition: 'All.', pricePerReadMinor: 200n }] });
    const { versionId } = await proposeAmendment(scene.sponsor, { ...offer, terms: dearer });
    const unnamed = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(sign(unnamed, versionId, scene))).toBe('signer_without_authority');
    expect(await reasonOf(sign(vendor, versionId, scene, { documentSha256: '0'.repeat(64) }))).toBe(
      'document_mismatch',
    );
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock }),
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(sign(other, versionId, scene))).toBe('version_not_found');
    expect(await reasonOf(proposeAmendment(other, { ...offer, terms: dearer }))).toBe('contract_not_found');
    expect(await reasonOf(proposeAmendment(vendor, { ...offer, terms: dearer }))).toBe('proposal_open');
    expect(await closeProposal(vendor, { versionId, reason: 'Too dear' })).toEqual({ status: 'declined' });
    expect(await reasonOf(sign(vendor, versionId, scene))).toBe('version_closed');
    const again = await proposeAmendment(vendor, { ...offer, terms: dearer });
    expect(again.version).toBe(3);
    scene.clock.advance(31 * DAY);
    expect(await reasonOf(sign(vendor, again.versionId, scene))).toBe('signing_lapsed');
    expect(await lapseProposals(jobOf(scene))).toBe(1);
    expect((await findVersion(t.db, again.versionId))?.status).toBe('lapsed');
    expect(
      await reasonOf(proposeAmendment(vendor, { ...offer, effectiveOn: today(scene), terms: terms() })),
    ).toBe('nothing_changes');
  });

  test('two proposals at once: one waits, the other is refused', async () => {
    const { scene, contractId, vendor } = await makeDeal(1);
    const offer = { contractId, effectiveOn: today(scene), reason: 'At once' };
    const price = (minor: bigint) =>
      terms({ rateCard: [{ tier: 'standard', definition: 'All.', pricePerReadMinor: minor }] });
    const both = await Promise.allSettled([
      proposeAmendment(scene.sponsor, { ...offer, terms: price(130n) }),
      proposeAmendment(vendor, { ...offer, terms: price(140n) }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const open = await t.db
      .select()
      .from(contractVersions)
      .where(and(eq(contractVersions.contractId, contractId), eq(contractVersions.status, 'proposed')));
    expect(open).toHaveLength(1);
  });
});
