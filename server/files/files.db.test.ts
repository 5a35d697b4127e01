import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { files } from '#db/schema/files.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type CommandContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { readStoredFile } from './read-file.ts';
import { storageKeyOf } from './storage.ts';
import { storeFile } from './store-file.ts';

describe('stored files', () => {
  let t: TestDatabase;
  let ctx: CommandContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    ctx = systemContext({ db: t.db, clock: systemClock, name: 'test', requestId: newId() });
  });
  afterAll(() => t.drop());

  const store = (bytes: Uint8Array) =>
    transact(ctx, (tx) => storeFile(tx, { bytes, mediaType: 'text/plain', fileName: 'a.txt' }));
  const unique = () => new TextEncoder().encode(`content ${newId()}`);

  test.each([
    ['text', unique()],
    ['nothing', new Uint8Array()],
    ['every byte', Uint8Array.from({ length: 256 }, (_, i) => i)],
  ])('%s comes back byte for byte with its hash', async (_, bytes) => {
    const stored = await store(bytes);
    const read = await readStoredFile(t.db, stored.id);
    expect(Buffer.from(read.bytes).equals(Buffer.from(bytes))).toBe(true);
    expect(read).toMatchObject({ mediaType: 'text/plain', fileName: 'a.txt', sha256: stored.sha256 });
    expect(stored.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('the same bytes stored by twenty at once are twenty rows over one content', async () => {
    const bytes = unique();
    const stored = await Promise.all(Array.from({ length: 20 }, () => store(bytes)));
    expect(new Set(stored.map((one) => one.sha256)).size).toBe(1);
    expect(new Set(stored.map((one) => one.id)).size).toBe(20);
    expect((await readStoredFile(t.db, stored[7]!.id)).sha256).toBe(stored[0]!.sha256);
  });

  test('bytes changed in the storage are not handed out', async () => {
    const stored = await store(unique());
    const folder = path.resolve(process.env.READROOM_FILES_DIR!);
    await writeFile(path.join(folder, storageKeyOf(stored.sha256)), 'something else');
    await expect(readStoredFile(t.db, stored.id)).rejects.toMatchObject({ reason: 'file_changed' });
  });

  test('bytes missing from the storage say so, and an unknown id is not found', async () => {
    const id = newId();
    const sha256 = createHash('sha256').update(id).digest('hex');
    await t.db.insert(files).values({
      id,
      storageKey: storageKeyOf(sha256),
      sha256,
      bytes: 1,
      mediaType: 'text/plain',
      fileName: 'gone',
      createdAt: new Date(),
    });
    await expect(readStoredFile(t.db, id)).rejects.toMatchObject({ reason: 'file_missing' });
    await expect(readStoredFile(t.db, newId())).rejects.toMatchObject({ kind: 'not_found' });
  });
});
