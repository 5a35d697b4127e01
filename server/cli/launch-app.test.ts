import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readroom-app-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Launches an app that takes half a second to end, asks for a stop once it runs, and gives what the launcher said at its end. */
async function stopWhile(isUp: boolean): Promise<{ said: string; events: string[] }> {
  const events = join(folder, 'events');
  const app = join(folder, 'app.mjs');
  writeFileSync(
    app,
    `import { appendFileSync } from 'node:fs';
    const note = (line) => appendFileSync(${JSON.stringify(events)}, line + '\\n');
    process.on('SIGTERM', () => setTimeout(() => { note('app ended'); process.exit(0); }, 500));
    process.on('disconnect', () => process.exit(1));
    setInterval(() => {}, 1000);
    note('app runs');
    if (${isUp}) process.on('SIGTERM', () => process.send({ url: 'http://127.0.0.1:1' }));`,
  );
  const script = join(folder, 'launcher.mjs');
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs';
    import { launchApp } from ${from('./launch-app.mjs')};
    import { listenForStop } from ${from('./stop-signals.mjs')};
    listenForStop();
    const options = { env: process.env, log: ${JSON.stringify(join(folder, 'log'))}, note: () => {}, minutes: 1 };
    const said = await launchApp(${JSON.stringify(app)}, options).then((app) => app.url, (error) => error.name);
    appendFileSync(${JSON.stringify(events)}, 'launcher goes on\\n');
    console.log(said);
    process.exit();`,
  );
  const launcher = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  launcher.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise((resolve) => launcher.once('close', resolve));
  await vi.waitFor(() => expect(existsSync(events)).toBe(true), { timeout: 20_000, interval: 20 });
  launcher.kill('SIGTERM');
  await ended;
  return { said: said.trim(), events: readFileSync(events, 'utf8').trim().split('\n') };
}

describe('an app that is started for its journeys', () => {
  it.each([
    ['while it starts', false],
    ['just as it comes up', true],
  ])(
    'is ended by a request to stop %s, and has ended before its data is removed',
    async (_when, isUp) => {
      expect(await stopWhile(isUp)).toEqual({
        said: 'AbortError',
        events: ['app runs', 'app ended', 'launcher goes on'],
      });
    },
    30_000,
  );
});
