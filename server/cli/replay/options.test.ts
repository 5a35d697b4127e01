import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { replayOptions, UsageError } from './options.ts';

const OPERATOR = ['--operator', 'operator@example.org', '--operator-password', 'words of the operator'];
const FOLDER = '/data/path-prostate-control';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'readroom-replay-'));
  vi.stubEnv('READROOM_HOME', home);
  vi.stubEnv('PORT', '3000');
  vi.stubEnv('READROOM_OPERATOR_EMAIL', undefined);
  vi.stubEnv('READROOM_OPERATOR_PASSWORD', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

describe('the command line of a replay', () => {
  it('has a default for everything but the folder', async () => {
    expect(await replayOptions([FOLDER, ...OPERATOR])).toEqual({
      folder: FOLDER,
      url: 'http://localhost:3000',
      concurrency: 16,
      panel: null,
      assisted: false,
      exportTo: null,
      json: false,
      operator: { email: 'operator@example.org', password: 'words of the operator' },
    });
  });

  it('takes every option, and the address without its last slash', async () => {
    const given = ['--url', 'http://127.0.0.1:4000/', '--concurrency', '4', '--panel', '0-9'];
    const more = ['--assisted', '--export', 'out.csv', '--json'];
    expect(await replayOptions([FOLDER, ...given, ...more, ...OPERATOR])).toMatchObject({
      url: 'http://127.0.0.1:4000',
      concurrency: 4,
      panel: { from: 0, to: 9 },
      assisted: true,
      exportTo: 'out.csv',
      json: true,
    });
  });

  it('takes a folder whose name ends in -ai as assisted reads (R11)', async () => {
    expect((await replayOptions(['/data/path-prostate-ai', ...OPERATOR])).assisted).toBe(true);
  });

  it('takes the operator of the demo when none is given', async () => {
    const operator = { role: 'operator', email: 'operator@demo.example', password: 'demo words' };
    await writeFile(path.join(home, 'demo.json'), JSON.stringify({ logins: [operator] }));
    expect((await replayOptions([FOLDER])).operator).toMatchObject({ email: 'operator@demo.example' });
  });

  it.each<[string, string[], RegExp]>([
    ['no folder', [], /Name one folder/],
    ['two folders', ['a', 'b'], /Name one folder/],
    ['an option that does not exist', ['a', '--pannel', '0-9'], /--pannel/],
    ['no readers at once', ['a', '--concurrency', '0'], /--concurrency is a whole number from 1 to 64/],
    ['half a reader', ['a', '--concurrency', '1.5'], /--concurrency/],
    ['too many readers at once', ['a', '--concurrency', '65'], /--concurrency/],
    ['a panel that is no range', ['a', '--panel', 'ten'], /--panel is a range of readers such as 0-9/],
    ['a panel that runs backwards', ['a', '--panel', '9-0'], /--panel/],
  ])('refuses %s', async (_, argv, message) => {
    const refused = replayOptions([...argv, ...OPERATOR]);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses to go on without an operator, and says how to name one', async () => {
    await expect(replayOptions([FOLDER])).rejects.toThrow(/Give --operator and --operator-password/);
  });
});
