import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const SUPERVISE = new URL('./supervise.mjs', import.meta.url).href;

let folder: string;
let launcher: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readroom-supervise-'));
});

afterEach(() => {
  launcher?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs a launcher with one service; gives the lines that the launcher prints: the service's pid at each launch, and then 'ready'. */
function launch(service: string): { nextLine(): Promise<string> } {
  const file = join(folder, 'service.mjs');
  writeFileSync(file, service);
  const script = `
    import { startService } from ${JSON.stringify(SUPERVISE)};
    const options = { name: 'service', file: ${JSON.stringify(file)}, env: process.env, readySeconds: 20, stopSeconds: 5 };
    const onLaunch = (_name, identity) => console.log(identity.pid);
    await startService(options, { say: () => {}, onLaunch }).then(
      () => console.log('ready'),
      (error) => console.log(error.message),
    );
  `;
  launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: launcher.stdout! })[Symbol.asyncIterator]();
  return { nextLine: async () => String((await lines.next()).value) };
}

describe('a service', () => {
  it('ends by itself when the launcher is killed, even if it ignores being asked', async () => {
    const { nextLine } = launch(
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send({ ready: true });",
    );
    const pid = Number(await nextLine());
    expect(await nextLine()).toBe('ready');
    expect(isRunning(pid)).toBe(true);
    launcher?.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 15_000, interval: 50 });
  }, 30_000);

  it('comes back after a crash', async () => {
    const { nextLine } = launch('setInterval(() => {}, 1000); process.send({ ready: true });');
    const first = Number(await nextLine());
    expect(await nextLine()).toBe('ready');
    process.kill(first, 'SIGKILL');
    const second = Number(await nextLine());
    expect(second).not.toBe(first);
    expect(isRunning(second)).toBe(true);
  }, 30_000);

  it('that ends before it is ready is a clear error with what it printed', async () => {
    const { nextLine } = launch("console.error('no such table'); process.exit(1);");
    await nextLine();
    expect(await nextLine()).toBe('service ended while it started:');
    expect(await nextLine()).toBe('no such table');
  }, 30_000);
});
