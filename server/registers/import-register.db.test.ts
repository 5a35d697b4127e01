import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  LEIE_HEADER,
  leieRow,
  NPPES_HEADER,
  NUCC_HEADER,
  nppesRow,
  nuccRow,
  registerFile,
  SAM_HEADER,
  samRow,
} from '#db/seed/factories/register-files.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { type ImportInput, importRegister } from './import-register.ts';
import { findProvider } from './provider-lookup.ts';

let t: TestDatabase;
let folder: string;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  folder = mkdtempSync(path.join(tmpdir(), 'readroom-registers-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await t.drop();
});
beforeEach(async () => {
  await t.admin`truncate register_imports, register_specialties, register_providers, exclusion_records`;
});

const clock = manualClock('2026-09-01T00:00:00Z');
const ctx = () => systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
const put = (name: string, text: string | Buffer) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const run = (input: Partial<ImportInput> & Pick<ImportInput, 'source' | 'file'>) =>
  importRegister({ ctx: ctx(), sql: t.sql }, { mode: 'full', asOf: '2026-08-01', ...input });
const count = async (table: string) => {
  const [row] = await t.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier(table)}`,
  );
  return row?.n;
};
const leie = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) =>
    leieRow({ LASTNAME: `FAMILY${from + i}`, FIRSTNAME: 'ANN', DOB: '19700131' }),
  );

describe('importing an exclusion list', () => {
  it('an older whole list does not take the place of a newer one: who was excluded since would be let in', async () => {
    const newer = { source: 'leie' as const, file: put('august.csv', registerFile(LEIE_HEADER, leie(50))) };
    expect((await run({ ...newer, asOf: '2026-08-01' })).status).toBe('current');
    const older = { source: 'leie' as const, file: put('march.csv', registerFile(LEIE_HEADER, leie(48))) };
    await expect(run({ ...older, asOf: '2026-03-01' })).rejects.toMatchObject({ reason: 'import_stale' });
    expect(await count('exclusion_records')).toBe(50);
  });

  it('keeps what the file says, with 0000000000 and 00000000 as not known, and makes it current', async () => {
    const rows = [
      leieRow({ LASTNAME: 'SMITH', FIRSTNAME: 'JOHN', MIDNAME: 'Q', DOB: '19610229', NPI: '1234567893' }),
      leieRow({ BUSNAME: '#1 MARKETING SERVICE, "INC"', EXCLDATE: '20100420' }),
    ];
    const bad = await run({ source: 'leie', file: put('bad.csv', registerFile(LEIE_HEADER, rows)) });
    expect(bad.problems).toEqual([{ line: 2, column: 'DOB', message: '"19610229" is not a day (yyyymmdd)' }]);
    rows[0] = leieRow({
      LASTNAME: 'SMITH',
      FIRSTNAME: 'JOHN',
      MIDNAME: 'Q',
      DOB: '19600229',
      NPI: '1234567893',
    });
    const result = await run({ source: 'leie', file: put('UPDATED.csv', registerFile(LEIE_HEADER, rows)) });
    expect(result).toMatchObject({ status: 'current', rows: 2, rowsBefore: null, problems: [] });
    const stored = await t.admin`
      select is_person, last_name, npi, birth_date::text, business_name, excluded_on::text, excluded_until, last_key, sound_key
      from exclusion_records order by line`;
    expect(stored).toEqual([
      {
        is_person: true,
        last_name: 'SMITH',
        npi: '1234567893',
        birth_date: '1960-02-29',
        business_name: null,
        excluded_on: '2020-03-19',
        excluded_until: null,
        last_key: 'SMITH',
        sound_key: 'S530J',
      },
      expect.objectContaining({ is_person: false, npi: null, business_name: '#1 MARKETING SERVICE, "INC"' }),
    ]);
  });

  it('lists up to 20 malformed rows by their line and swaps nothing in', async () => {
    await run({ source: 'leie', file: put('good.csv', registerFile(LEIE_HEADER, leie(30))) });
    const lines = registerFile(LEIE_HEADER, leie(60)).split('\n');
    for (let line = 10; line < 40; line += 1) lines[line - 1] = '"TOO","FEW"';
    const refused = await run({ source: 'leie', file: put('bad.csv', lines.join('\n')) });
    expect(refused.status).toBe('refused');
    expect(refused.problems).toHaveLength(20);
    expect(refused.problems[0]).toEqual({
      line: 10,
      column: null,
      message: '2 cells where the header has 18',
    });
    expect(await count('exclusion_records')).toBe(30);
    const runs =
      await t.admin`select status, jsonb_array_length(problems) as n from register_imports order by started_at, id`;
    expect(runs.map((one) => [one.status, one.n])).toEqual([
      ['current', 0],
      ['refused', 20],
    ]);
  });

  it('refuses a file cut off at any of its last bytes', async () => {
    const whole = Buffer.from(registerFile(LEIE_HEADER, leie(3)));
    for (const cut of [3, 9, 40, 200]) {
      const refused = await run({
        source: 'leie',
        file: put('cut.csv', whole.subarray(0, whole.length - cut)),
      });
      expect(refused.status, `${cut} bytes less`).toBe('refused');
      expect(refused.problems.at(-1)?.message).toMatch(/cut off|never closed/);
    }
    // Without the last line break alone, nothing is missing.
    const bare = await run({ source: 'leie', file: put('bare.csv', whole.subarray(0, whole.length - 1)) });
    expect(bare.status).toBe('current');
  });

  it('refuses fewer than 90 % of the rows in use, unless a reason is given; and a file without rows', async () => {
    await run({ source: 'leie', file: put('all.csv', registerFile(LEIE_HEADER, leie(100))) });
    const short = put('short.csv', registerFile(LEIE_HEADER, leie(89)));
    const refused = await run({ source: 'leie', file: short });
    expect(refused.problems[0]?.message).toMatch(/^89 rows are fewer than 90 % of the 100 in use/);
    expect(await count('exclusion_records')).toBe(100);
    const empty = await run({ source: 'leie', file: put('empty.csv', registerFile(LEIE_HEADER, [])) });
    expect(empty.problems[0]?.message).toBe('the file has a header and no rows');
    const taken = await run({
      source: 'leie',
      file: short,
      acceptShrunk: 'A purge of 2026 that OIG announced',
    });
    expect(taken).toMatchObject({ status: 'current', rows: 89, rowsBefore: 100 });
    // The rows it took the place of are gone.
    expect(await count('exclusion_records')).toBe(89);
    expect((await run({ source: 'leie', file: short })).status).toBe('already_current');
  });

  it('names the columns that a header lacks, and a file that is something else', async () => {
    const header = LEIE_HEADER.map((name) => (name === 'EXCLTYPE' ? 'ExclType' : name));
    const text = registerFile(LEIE_HEADER, leie(2)).replace(/^.*\n/, `${header.join(',')}\n`);
    const refused = await run({ source: 'leie', file: put('renamed.csv', text) });
    expect(refused.problems).toEqual([
      { line: 1, column: 'EXCLTYPE', message: 'is missing from the header, which has "ExclType"' },
    ]);
    const other = await run({ source: 'leie', file: put('other.csv', registerFile(NUCC_HEADER, [])) });
    expect(other.problems[0]?.message).toMatch(/^this is not the header of the OIG exclusion list/);
    await expect(run({ source: 'leie', file: put('a.csv', 'PK\u0003\u0004') })).rejects.toThrow(
      /an archive or a workbook/,
    );
    await expect(run({ source: 'leie', file: put('b.csv', '') })).rejects.toThrow(/is empty/);
    await expect(run({ source: 'leie', file: path.join(folder, 'none.csv') })).rejects.toThrow(/ENOENT/);
    await expect(run({ source: 'leie', file: put('c.csv', text), asOf: '2026-10-01' })).rejects.toThrow(
      /in the future/,
    );
  });

  it('goes on where it was cut, and tells another file so', async () => {
    const text = registerFile(LEIE_HEADER, leie(40_000));
    const file = put('long.csv', text);
    const stop = new AbortController();
    await expect(
      run({
        source: 'leie',
        file,
        signal: stop.signal,
        onProgress: (at) => {
          if (at.phase === 'stage') stop.abort(new Error('the machine went down'));
        },
      }),
    ).rejects.toThrow('the machine went down');
    const [half] = await t.admin`select rows_done, bytes_done from register_imports`;
    expect(half?.rows_done).toBeGreaterThan(0);
    const isWhole = half?.rows_done === 40_000;
    const other = put('other.csv', registerFile(LEIE_HEADER, leie(5)));
    await expect(run({ source: 'leie', file: other })).rejects.toThrow(
      /^The import of "long.csv" stopped after \d+ rows, and this is another file/,
    );
    const done = await run({ source: 'leie', file });
    expect(done).toMatchObject({ status: 'current', rows: 40_000, resumedAtRow: half?.rows_done });
    expect(isWhole || done.longestChunkMs < 1000).toBe(true);
    expect(
      await t.admin`select count(distinct last_name)::int as n, max(line) as last from exclusion_records`,
    ).toEqual([{ n: 40_000, last: 40_001 }]);
  });

  it('gives an unfinished import up when told to', async () => {
    const stop = new AbortController();
    const input = { source: 'leie' as const, file: put('l.csv', registerFile(LEIE_HEADER, leie(20_000))) };
    const cut = run({
      ...input,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'stage' && stop.abort(new Error('cut')),
    });
    await expect(cut).rejects.toThrow('cut');
    const other = put('other.csv', registerFile(LEIE_HEADER, leie(5)));
    expect(await run({ source: 'leie', file: other, discardUnfinished: true })).toMatchObject({
      status: 'current',
      rows: 5,
    });
    expect(await count('exclusion_records')).toBe(5);
  });

  it('runs once at a time', async () => {
    const file = put('one.csv', registerFile(LEIE_HEADER, leie(20_000)));
    const results = await Promise.allSettled([run({ source: 'leie', file }), run({ source: 'leie', file })]);
    const refused = results.filter((one) => one.status === 'rejected');
    const done = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.status] : []));
    expect([...done].sort()[0]).toMatch(/current/);
    for (const one of refused) expect(String(one.reason)).toMatch(/is running/);
    expect(await count('exclusion_records')).toBe(20_000);
  });

  it('reads SAM: individuals and others, indefinite ends, NPIs that are none', async () => {
    const rows = [
      samRow({ First: 'JANE', Last: 'DOE', NPI: '1234567893', 'Additional Comments': 'PII data\nwithheld' }),
      samRow({
        Classification: 'Firm',
        Name: 'ACME "LABS", LLC',
        NPI: 'N/A',
        'Termination Date': '03/18/2030',
      }),
    ];
    const done = await run({ source: 'sam', file: put('sam.csv', registerFile(SAM_HEADER, rows)) });
    expect(done).toMatchObject({ status: 'current', rows: 2 });
    expect(
      await t.admin`select is_person, last_name, business_name, npi, excluded_until::text, agency from exclusion_records order by line`,
    ).toEqual([
      {
        is_person: true,
        last_name: 'DOE',
        business_name: null,
        npi: '1234567893',
        excluded_until: null,
        agency: 'HHS, Reciprocal',
      },
      {
        is_person: false,
        last_name: null,
        business_name: 'ACME "LABS", LLC',
        npi: null,
        excluded_until: '2030-03-18',
        agency: 'HHS, Reciprocal',
      },
    ]);
  });
});

describe('importing NUCC', () => {
  it('keeps the codes, and refuses a code that is in the file twice', async () => {
    const rows = [
      nuccRow({
        Code: '2085R0202X',
        Classification: 'Radiology',
        Specialization: 'Diagnostic Radiology',
        'Display Name': 'Diagnostic Radiology Physician',
      }),
      nuccRow({ Code: '207N00000X', Classification: 'Dermatology', 'Display Name': '' }),
    ];
    expect(
      await run({ source: 'nucc', file: put('nucc_taxonomy_260.csv', registerFile(NUCC_HEADER, rows)) }),
    ).toMatchObject({ status: 'current', rows: 2 });
    expect(await t.admin`select code, display_name from register_specialties order by code`).toEqual([
      { code: '207N00000X', display_name: 'Dermatology' },
      { code: '2085R0202X', display_name: 'Diagnostic Radiology Physician' },
    ]);
    const twice = await run({
      source: 'nucc',
      file: put('twice.csv', registerFile(NUCC_HEADER, [...rows, rows[0] ?? {}])),
    });
    expect(twice).toMatchObject({
      status: 'refused',
      problems: [{ message: '2085R0202X is in the file twice' }],
    });
    expect(await count('register_specialties')).toBe(2);
  });
});

describe('importing NPPES', () => {
  const file = (name: string, rows: Readonly<Record<string, string>>[]) =>
    put(name, registerFile(NPPES_HEADER, rows));
  const person = (npi: string, last: string, more = {}) =>
    nppesRow({
      NPI: npi,
      'Provider Last Name (Legal Name)': last,
      'Provider First Name': 'ANN',
      'Healthcare Provider Taxonomy Code_1': '2085R0202X',
      'Provider License Number_1': '35.012345',
      'Provider License Number State Code_1': 'OH',
      'Healthcare Provider Primary Taxonomy Switch_1': 'Y',
      ...more,
    });

  it('finds a number in the newest layer: weekly changes over the monthly file, deactivations over both', async () => {
    expect(NPPES_HEADER).toHaveLength(330);
    await expect(
      run({ source: 'nppes', mode: 'delta', file: file('d.csv', [person('1234567893', 'X')]) }),
    ).rejects.toThrow('There is no full NPPES file yet');
    await run({
      source: 'nppes',
      file: file('npidata_pfile_20050523-20260801.csv', [
        person('1234567893', 'OLD'),
        person('1987654328', 'STAYS', { 'Healthcare Provider Taxonomy Code_15': '207N00000X' }),
        { NPI: '1000000012', 'NPI Deactivation Date': '02/03/2015' },
      ]),
    });
    const at = (npi: string) => findProvider(t.db, npi);
    expect(await at('1000000012')).toMatchObject({
      deactivatedOn: '2015-02-03',
      entityType: null,
      taxonomies: [],
    });
    expect(await at('1987654328')).toMatchObject({
      lastName: 'STAYS',
      taxonomies: [
        { code: '2085R0202X', licence: '35.012345', state: 'OH', primary: true },
        { code: '207N00000X' },
      ],
    });
    await run({
      source: 'nppes',
      mode: 'delta',
      asOf: '2026-08-09',
      file: file('w1.csv', [person('1234567893', 'NEW')]),
    });
    expect(await at('1234567893')).toMatchObject({ lastName: 'NEW' });
    await expect(
      run({
        source: 'nppes',
        mode: 'delta',
        asOf: '2026-08-02',
        file: file('w0.csv', [person('1234567893', 'STALE')]),
      }),
    ).rejects.toThrow(/it would put old entries over new ones/);
    const report = 'NPPES Deactivated NPI Report\nNPI,NPPES Deactivation Date\n1987654328,08/10/2026\n';
    await run({
      source: 'nppes',
      mode: 'deactivated',
      asOf: '2026-08-10',
      file: put('deactivated.csv', report),
    });
    expect(await at('1987654328')).toMatchObject({ deactivatedOn: '2026-08-10', lastName: null });

    // The next monthly file takes the place of all that is not later than itself.
    await run({
      source: 'nppes',
      asOf: '2026-08-09',
      file: file('aug.csv', [
        person('1234567893', 'NEWEST'),
        person('1987654328', 'S'),
        person('1000000012', 'B'),
      ]),
    });
    expect(await at('1234567893')).toMatchObject({ lastName: 'NEWEST' });
    expect(await at('1987654328')).toMatchObject({ deactivatedOn: '2026-08-10' });
    expect(await count('register_providers')).toBe(4);
    expect(await at('1497758122')).toBeNull();
  });

  it('wants its columns by name and keeps rows whole that are wide', async () => {
    const short = NPPES_HEADER.filter((name) => name !== 'Provider License Number_15');
    const refused = await run({
      source: 'nppes',
      file: put('n.csv', registerFile(short, [{ NPI: '1234567893' }])),
    });
    expect(refused.problems).toEqual([
      { line: 1, column: 'Provider License Number_15', message: 'is missing from the header' },
    ]);
    const twice = await run({
      source: 'nppes',
      file: file('t.csv', [person('1234567893', 'A'), person('1234567893', 'B')]),
    });
    expect(twice.problems[0]?.message).toBe('1234567893 is in the file twice');
    const wrong = await run({
      source: 'nppes',
      file: file('w.csv', [
        person('12345', 'A'),
        person('1234567893', 'B', { 'Last Update Date': '2026-01-01' }),
      ]),
    });
    expect(wrong.problems).toEqual([
      { line: 2, column: 'NPI', message: '"12345" is not ten digits' },
      { line: 3, column: 'Last Update Date', message: '"2026-01-01" is not a day (MM/DD/YYYY)' },
    ]);
  });
});
