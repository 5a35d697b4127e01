import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { NUCC_HEADER, nuccRow, registerFile } from '#db/seed/factories/register-files.ts';
import { type CommandScene, commandScene } from './command-scene.ts';
import { importOptions } from './import.ts';

describe('the command line of an import', () => {
  it.each([
    [['xyz', 'a.csv'], 'There is no register "xyz".'],
    [['leie'], 'Name one file.'],
    [['leie', 'a.csv', 'b.csv'], 'Name one file.'],
    [['nppes', 'a.csv', '--mode', 'half'], 'There is no mode "half".'],
    [['leie', 'a.csv', '--as-of', 'May'], '--as-of is a day such as 2026-08-01.'],
    [['leie', 'a.csv', '--accept-shrunk', ' '], '--accept-shrunk needs the reason.'],
  ])('%j: %s', (argv, wrong) => {
    expect(importOptions(argv)).toEqual({ wrong });
  });
});

describe('npm run readroom -- import', () => {
  let command: CommandScene;
  beforeAll(async () => {
    command = await commandScene(inject('adminUrl'));
  });
  afterAll(() => command.end());

  const rows = [
    nuccRow({ Code: '2085R0202X', Classification: 'Radiology', 'Display Name': 'Diagnostic Radiology' }),
  ];
  const put = (text: string) => {
    const file = join(command.home, 'nucc_taxonomy_260.csv');
    writeFileSync(file, text);
    return file;
  };

  it('gets the database from the launcher and puts a file into it, with one JSON object on stdout', async () => {
    const file = put(registerFile(NUCC_HEADER, rows));
    const done = await command.run(['readroom', 'import', 'nucc', file, '--json']);
    expect(done.err).not.toMatch(/Error/);
    expect(JSON.parse(done.out)).toMatchObject({ status: 'current', rows: 1, asOf: '2026-01-01' });
    expect(done.code).toBe(0);
    expect(await command.t.admin`select code from register_specialties`).toEqual([{ code: '2085R0202X' }]);
  });

  it('beside a running installation says why a file is refused, and ends with 1', async () => {
    const file = put(registerFile(NUCC_HEADER, rows).slice(0, -20));
    const refused = await command.runBeside(['readroom', 'import', 'nucc', file]);
    expect(refused.err).toMatch(
      /Refused; what was in use stays in use:\n {2}line 2: the file ends in the middle of this row/,
    );
    expect(refused.err).not.toMatch(/Migrate the database/);
    expect(refused.code).toBe(1);
  });
});
