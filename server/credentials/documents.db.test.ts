import { createHash } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { credentialDocuments, credentials, verifications } from '#db/schema/credentials.ts';
import { files } from '#db/schema/files.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { forgetBytes } from '#server/files/forget-files.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { fileStorage, storageKeyOf } from '#server/files/storage.ts';
import { addDocument } from './add-document.ts';
import { documentName, documentType } from './document-rules.ts';
import { forgetWallet } from './forget-wallet.ts';
import { openCredentialDocument } from './open-document.ts';
import { readWallet } from './read-wallet.ts';
import { recheckCredentials } from './recheck-credentials.ts';
import { recordVerification } from './record-verification.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
let t: TestDatabase;
let holder: OrgContext;
let colleague: OrgContext;
let operator: OrgContext;
const pdf = (text = newId()) => new TextEncoder().encode(`%PDF-1.7\n${text}`);

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const platform = await makeOrganisation(t.db, { kind: 'platform', clock });
  holder = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
  colleague = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
  operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
});
afterAll(() => t.drop());

const claimed = () =>
  makeCredential(t.db, { personId: holder.actor.personId, status: 'claimed', level: 'self_claimed', clock });

test('a document is its holder’s and the operators’; an operator’s look is audited, nobody else learns that it exists', async () => {
  const credentialId = await claimed();
  const bytes = pdf();
  const { fileId, isEvidence } = await addDocument(holder, {
    credentialId,
    fileName: '../../Dr. Ä.exe',
    bytes,
  });
  expect(isEvidence).toBe(false);
  const own = await openCredentialDocument(holder, { credentialId, fileId });
  expect(own).toMatchObject({ mediaType: 'application/pdf', fileName: 'Dr A.pdf' });
  expect(Buffer.from(own.bytes).equals(Buffer.from(bytes))).toBe(true);
  const looks = () => t.db.$count(auditEvents, eq(auditEvents.action, 'credentials.document_opened'));
  const before = await looks();
  await openCredentialDocument(operator, { credentialId, fileId });
  expect(await looks()).toBe(before + 1);
  for (const attempt of [
    () => openCredentialDocument(colleague, { credentialId, fileId }),
    async () => openCredentialDocument(holder, { credentialId: await claimed(), fileId }),
    () => addDocument(colleague, { credentialId, fileName: 'x.pdf', bytes }),
  ])
    await expect(attempt()).rejects.toMatchObject({ kind: 'not_found', reason: 'credential_not_found' });
  const { credentials: wallet } = await readWallet(t.db, holder.actor.personId);
  expect(wallet.find((one) => one.id === credentialId)?.documents).toMatchObject([{ id: fileId }]);
});

test('what a file is decides its bytes: empty, too large and disguised ones are refused and nothing is kept', async () => {
  const credentialId = await claimed();
  const add = (bytes: Uint8Array) => addDocument(holder, { credentialId, fileName: 'licence.pdf', bytes });
  const large = new Uint8Array(8 * 1024 * 1024 + 1);
  large.set(pdf('x'));
  for (const bytes of [new Uint8Array(), new TextEncoder().encode('<html>'), large])
    await expect(add(bytes)).rejects.toMatchObject({ reason: 'document_invalid' });
  expect(await t.db.$count(credentialDocuments, eq(credentialDocuments.credentialId, credentialId))).toBe(0);
  for (let n = 0; n < 10; n += 1) await add(pdf());
  await expect(add(pdf())).rejects.toMatchObject({ reason: 'documents_full' });
  expect(documentType(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
  expect(documentName('', 'image/png')).toBe('document.png');
});

test('evidence is the operator’s own upload: its hash is taken from the file, another’s is refused', async () => {
  const credentialId = await claimed();
  const evidence = await addDocument(operator, { credentialId, fileName: 'screen.pdf', bytes: pdf() });
  expect(evidence.isEvidence).toBe(true);
  const check = {
    credentialId,
    seenStatus: 'claimed' as const,
    outcome: 'verified' as const,
    primarySource: 'Board of Examples',
    communicationMethod: 'portal' as const,
    evidenceSha256: '0'.repeat(64),
  };
  const foreign = await addDocument(holder, { credentialId, fileName: 'x.pdf', bytes: pdf() });
  await expect(
    recordVerification(operator, { ...check, evidenceFileId: foreign.fileId }),
  ).rejects.toMatchObject({ reason: 'evidence_unknown' });
  await recordVerification(operator, { ...check, evidenceFileId: evidence.fileId });
  const [row] = await t.db.select().from(verifications).where(eq(verifications.credentialId, credentialId));
  expect(row).toMatchObject({ evidenceSha256: evidence.sha256, sourceAsOf: '2026-11-21' });
  await expect(
    openCredentialDocument(holder, { credentialId, fileId: evidence.fileId }),
  ).rejects.toMatchObject({ kind: 'not_found' });
  await openCredentialDocument(operator, { credentialId, fileId: evidence.fileId });
});

test('what was verified is asked for again ahead of its day, and counts as the person’s own word after it', async () => {
  const later = manualClock('2026-11-21T12:00:00Z');
  const credentialId = await claimed();
  await recordVerification(
    { ...operator, clock: later },
    {
      credentialId,
      seenStatus: 'claimed',
      outcome: 'verified',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
    },
  );
  const state = async () => {
    const [row] = await t.db.select().from(credentials).where(eq(credentials.id, credentialId));
    return [row?.status, row?.level, row?.deskReason, row?.recheckOn];
  };
  expect(await state()).toEqual(['verified', 'primary_source', null, '2027-11-21']);
  later.set(new Date('2027-09-21T12:00:00Z'));
  await recheckCredentials({ ...operator, clock: later });
  expect(await state()).toEqual(['verified', 'primary_source', null, '2027-11-21']);
  later.set(new Date('2027-09-22T12:00:00Z'));
  await recheckCredentials({ ...operator, clock: later });
  expect(await state()).toEqual(['verified', 'primary_source', 'recheck', '2027-11-21']);
  later.set(new Date('2027-11-22T00:00:00Z'));
  await recheckCredentials({ ...operator, clock: later });
  expect(await state()).toEqual(['verifying', 'self_claimed', 'recheck', '2027-11-21']);
  expect(await recheckCredentials({ ...operator, clock: later })).toEqual({ asked: 0, lowered: 0 });
});

test('an erased person leaves no number, document or answer behind; checks stay under the pseudonym', async () => {
  const credentialId = await makeCredential(t.db, {
    personId: holder.actor.personId,
    identifier: 'GONE1',
    checked: true,
    clock,
  });
  const [own, shared] = [pdf(), pdf()];
  const { fileId } = await addDocument(holder, { credentialId, fileName: 'Dr Gone.pdf', bytes: own });
  await addDocument(holder, { credentialId, fileName: 'form.pdf', bytes: shared });
  const another = await makeCredential(t.db, { personId: colleague.actor.personId, clock });
  const kept = await addDocument(colleague, { credentialId: another, fileName: 'form.pdf', bytes: shared });
  const keyOf = (bytes: Uint8Array) => storageKeyOf(createHash('sha256').update(bytes).digest('hex'));
  const mine = new Set(
    (
      await t.db
        .select({ id: credentialDocuments.fileId })
        .from(credentialDocuments)
        .innerJoin(credentials, eq(credentials.id, credentialDocuments.credentialId))
        .where(eq(credentials.personId, holder.actor.personId))
    ).map((one) => one.id),
  );
  await transact(holder, (tx) => forgetWallet(tx, holder.actor.personId));
  expect(await t.db.$count(files, inArray(files.id, [...mine]))).toBe(0);
  expect(mine).toContain(fileId);
  const [job] = await t.sql<{ payload: { storageKeys: string[] } }[]>`
    select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
    where k.identifier = 'files.forget-bytes'`;
  const payload = job?.payload ?? { storageKeys: [] };
  expect(payload.storageKeys).toEqual(expect.arrayContaining([keyOf(own), keyOf(shared)]));
  const bytesGo = () => forgetBytes(holder, payload);
  await bytesGo();
  expect(await bytesGo()).toBe(0);
  expect(await fileStorage().fileExists(keyOf(own))).toBe(false);
  expect((await readStoredFile(t.db, kept.fileId)).bytes).toHaveLength(shared.length);
  const [row] = await t.db.select().from(credentials).where(eq(credentials.id, credentialId));
  expect(row).toMatchObject({ identifier: null, numberKey: null });
  expect(await t.db.$count(credentialDocuments, eq(credentialDocuments.credentialId, credentialId))).toBe(0);
  expect(await t.db.$count(verifications, eq(verifications.credentialId, credentialId))).toBe(1);
});
