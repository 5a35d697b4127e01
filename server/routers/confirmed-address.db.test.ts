import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { createCaller } from './_app.ts';

describe('an unconfirmed address', () => {
  let t: TestDatabase;
  let reader: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'independent' });
    reader = await makeMember(t.db, { org, roles: ['independent_annotator'] });
  });
  afterAll(() => t.drop());
  const as = (isAddressConfirmed: boolean) =>
    createCaller({ command: { ...reader, actor: { ...reader.actor, isAddressConfirmed } } });

  test('keeps from claiming and signing, with what to do; looking around goes on', async () => {
    const refusal = { code: 'PRECONDITION_FAILED', cause: { reason: 'address_unconfirmed' } };
    const claim = { batchId: newId(), tier: 'label' as const, limit: 1 };
    await expect(as(false).work.claim(claim)).rejects.toMatchObject(refusal);
    await expect(
      as(false).agreements.request({ kind: 'nda', effectiveFrom: '2026-11-21' }),
    ).rejects.toMatchObject(refusal);
    expect(await as(false).work.listMine()).toBeDefined();
    expect((await as(false).identity.me()).isAddressConfirmed).toBe(false);
    await expect(as(true).work.claim(claim)).rejects.not.toMatchObject(refusal);
  });
});
