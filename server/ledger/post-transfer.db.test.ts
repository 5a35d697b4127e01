import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { postgresFault } from '#db/errors.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { postTransfer } from './post-transfer.ts';
import { balanceOf, checkLedger } from './reads.ts';
import { releaseBatchFunds, reserveBatchFunds } from './reserve-batch-funds.ts';
import type { TransferInput } from './rules.ts';

describe('the ledger', () => {
  let t: TestDatabase;
  const ctx = () => systemContext({ db: t.db, clock: systemClock, name: 'test', requestId: newId() });
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const platform = newId();
  const fund = (projectId: string, amountMinor: bigint, id = newId()): TransferInput => ({
    id,
    kind: 'funding',
    ref: { kind: 'project', id: projectId },
    legs: [
      { code: 'stripe_clearing', ownerId: platform, currency: 'USD', direction: 'debit', amountMinor },
      { code: 'project_funds', ownerId: projectId, currency: 'USD', direction: 'credit', amountMinor },
    ],
  });

  test('posts the same transfer once however often and from however many it comes; other content is a conflict', async () => {
    const project = newId();
    const input = fund(project, 500n);
    const results = await Promise.all(
      Array.from({ length: 8 }, () => transact(ctx(), (tx) => postTransfer(tx, input))),
    );
    expect(results.filter((r) => r.posted)).toHaveLength(1);
    expect(await balanceOf(t.db, { code: 'project_funds', ownerId: project, currency: 'USD' })).toBe(500n);
    await expect(
      transact(ctx(), (tx) => postTransfer(tx, { ...fund(project, 501n), id: input.id })),
    ).rejects.toMatchObject({ kind: 'conflict', reason: 'transfer_id_reused' });
  });

  test('keeps balances right under 60 crossing transfers in parallel, without deadlock', async () => {
    const owners = [newId(), newId(), newId()];
    for (const owner of owners) await transact(ctx(), (tx) => postTransfer(tx, fund(owner, 10_000n)));
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const from = owners[i % 3]!;
        const to = owners[(i + 1 + (i % 2)) % 3]!;
        return transact(ctx(), (tx) =>
          postTransfer(tx, {
            id: newId(),
            kind: 'move',
            ref: { kind: 'test', id: from },
            legs: [
              { code: 'project_funds', ownerId: from, currency: 'USD', direction: 'debit', amountMinor: 7n },
              { code: 'project_funds', ownerId: to, currency: 'USD', direction: 'credit', amountMinor: 7n },
            ],
          }),
        );
      }),
    );
    const balances = await Promise.all(
      owners.map((ownerId) => balanceOf(t.db, { code: 'project_funds', ownerId, currency: 'USD' })),
    );
    expect(balances.reduce((a, b) => a + b, 0n)).toBe(30_000n);
  });

  test('the database itself refuses entries that do not balance', async () => {
    const error = await t.db
      .transaction(async (db) => {
        const [account] = await t.sql<{ id: string }[]>`select id from ledger.accounts limit 1`;
        const transfer = newId();
        await db.execute(
          `insert into ledger.transfers (id, kind, ref_kind, ref_id, effective_at, posted_at, content_sha256) values ('${transfer}', 'x', 'x', '${transfer}', now(), now(), 'x')`,
        );
        await db.execute(
          `insert into ledger.entries (id, transfer_id, account_id, direction, amount_minor, currency, account_version, balance_after_minor) values ('${newId()}', '${transfer}', '${account!.id}', 'debit', 5, 'USD', 999999, 5)`,
        );
      })
      .then(
        () => null,
        (e: unknown) => e,
      );
    expect(postgresFault(error)).toMatchObject({ code: '23514', constraint: 'entries_balanced' });
  });

  test('R29: reserves only what is funded, names the shortage, and gives back what was not spent', async () => {
    const projectId = newId();
    const batchId = newId();
    await transact(ctx(), (tx) => postTransfer(tx, fund(projectId, 1000n)));
    await expect(
      transact(ctx(), (tx) =>
        reserveBatchFunds(tx, { batchId, projectId, amountMinor: 1250n, currency: 'USD' }),
      ),
    ).rejects.toMatchObject({
      reason: 'funds_missing',
      message: expect.stringContaining('USD 2.50 more'),
    });
    await transact(ctx(), (tx) =>
      reserveBatchFunds(tx, { batchId, projectId, amountMinor: 900n, currency: 'USD' }),
    );
    expect(await balanceOf(t.db, { code: 'project_funds', ownerId: projectId, currency: 'USD' })).toBe(100n);
    expect(
      await transact(ctx(), (tx) => releaseBatchFunds(tx, { batchId, projectId, currency: 'USD' })),
    ).toBe(900n);
    expect(await balanceOf(t.db, { code: 'project_funds', ownerId: projectId, currency: 'USD' })).toBe(1000n);
  });

  test('two batches opening at once cannot reserve the same money', async () => {
    const projectId = newId();
    await transact(ctx(), (tx) => postTransfer(tx, fund(projectId, 1000n)));
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        transact(ctx(), (tx) =>
          reserveBatchFunds(tx, { batchId: newId(), projectId, amountMinor: 400n, currency: 'USD' }),
        ),
      ),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(2);
  });
});
