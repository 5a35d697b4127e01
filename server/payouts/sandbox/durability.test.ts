import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from './journal.ts';
import { startTestSandbox, TEST_KEY, testClient } from './sandbox-for-tests.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let dir: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'readroom-stripe-'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = exitOf(child);
    child.kill('SIGKILL');
    await gone;
  }
  children = [];
  rmSync(dir, { recursive: true, force: true });
});

const exitOf = (child: ChildProcess) =>
  new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );

/** The sandbox as the launcher starts it: a process of its own that reports its port. */
async function spawnSandbox(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(MAIN, {
    execPath: process.execPath,
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      STRIPE_SECRET_KEY: TEST_KEY,
      READROOM_SANDBOX_DIR: dir,
      READROOM_SANDBOX_PAYOUT_SECONDS: '3600',
    },
  });
  children.push(child);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`The sandbox ended with ${code}.`)));
  });
  return { child, port };
}

const control = (port: number, path: string, body?: object) =>
  fetch(`http://127.0.0.1:${port}/_sandbox/${path}`, {
    headers: { authorization: `Bearer ${TEST_KEY}` },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  }).then((response) => response.json() as Promise<Record<string, unknown>>);

describe('durability', () => {
  test('after SIGKILL in the middle of a transfer a restart has the same balances, and the retry pays once', async () => {
    const { child, port } = await spawnSandbox();
    const stripe = testClient(port, { maxNetworkRetries: 0 });
    await stripe.paymentIntents.create({
      amount: 50_000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_bypassPending',
      return_url: 'https://example.test',
    });
    const account = await stripe.v2.core.accounts.create({ contact_email: 'payee@example.test' });
    await control(port, `accounts/${account.id}/onboarding`, { outcome: 'complete' });
    const pay = (client: typeof stripe, key: string) =>
      client.transfers.create(
        { amount: 1_000, currency: 'usd', destination: account.id, transfer_group: 'run' },
        { idempotencyKey: key },
      );
    await pay(stripe, 'one');
    const before = await control(port, 'balances');
    await control(port, 'faults', { on: 'call', kind: 'crash_after', pathPrefix: '/v1/transfers' });
    const gone = exitOf(child);
    await expect(pay(stripe, 'two')).rejects.toThrow();
    expect((await gone).signal).toBe('SIGKILL');

    const again = await spawnSandbox();
    const restarted = testClient(again.port);
    expect(before).toMatchObject({ [account.id]: { usd: { available: 1_000 } } });
    const [first, second] = [await pay(restarted, 'one'), await pay(restarted, 'two')];
    expect(first.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await control(again.port, 'balances')).toMatchObject({
      platform: { usd: { available: 50_000 - 1_480 - 2_000 } },
      [account.id]: { usd: { available: 2_000 } },
    });
    expect((await restarted.transfers.list({ transfer_group: 'run' })).data).toHaveLength(2);
  });

  test.each(['SIGTERM', 'disconnect'] as const)('%s ends the process with 0', async (how) => {
    const { child } = await spawnSandbox();
    const gone = exitOf(child);
    if (how === 'SIGTERM') child.kill('SIGTERM');
    else child.disconnect();
    expect(await gone).toEqual({ code: 0, signal: null });
  });

  test('a live key is refused with a sentence and exit code 1', async () => {
    const child = fork(MAIN, {
      execPath: process.execPath,
      silent: true,
      env: { STRIPE_SECRET_KEY: 'sk_live_x', NODE_ENV: 'test' },
    });
    children.push(child);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    expect((await exitOf(child)).code).toBe(1);
    expect(said).toContain('test keys (sk_test_…) only');
  });

  test('a journal cut off at any byte of its last line gives the state before that line', async () => {
    const box = await startTestSandbox({ dir, settings: { hasFees: false } });
    await box.fund(1_000);
    const file = join(dir, 'journal.jsonl');
    const whole = statSync(file).size;
    await box.fund(500);
    const end = statSync(file).size;
    await box.sandbox.close();
    for (const size of [end - 1, Math.floor((whole + end) / 2), whole + 1, whole]) {
      truncateSync(file, size);
      const cut = await startTestSandbox({ dir, settings: { hasFees: false } });
      expect(await cut.control('GET', 'balances')).toMatchObject({ platform: { usd: { available: 1_000 } } });
      await cut.sandbox.close();
      expect(statSync(file).size).toBe(whole);
      appendFileSync(file, '[["settings","set');
    }
  });

  test('a second writer of the same journal is stopped before it writes', () => {
    const file = join(dir, 'journal.jsonl');
    const one = openJournal(file, () => undefined);
    const two = openJournal(file, () => undefined);
    one.append([1]);
    expect(() => two.append([2])).toThrow('Another process');
    one.append([3]);
    one.close();
    two.close();
    const lines: unknown[] = [];
    openJournal(file, (line) => lines.push(line)).close();
    expect(lines).toEqual([[1], [3]]);
  });

  test('a damaged line in the middle stops the start and names the line', () => {
    const file = join(dir, 'journal.jsonl');
    appendFileSync(file, '[]\n[broken\n[]\n');
    expect(() => openJournal(file, () => undefined)).toThrow(/Line 2 of/);
  });
});
