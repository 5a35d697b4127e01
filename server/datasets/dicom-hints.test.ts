import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { present } from '#server/core/assert.ts';
import { sharedDataFolder } from '#server/quality/shared-data.fixture.ts';
import { dicomFile, element, sequence } from './dicom-bytes.fixture.ts';
import { dicomHints, type HeaderHint, sumHints } from './dicom-hints.ts';
import { readDicomHeader } from './read-dicom-header.ts';

const read = (bytes: Uint8Array, size = bytes.byteLength) => readDicomHeader({ bytes, size });

async function hintsOf(bytes: Uint8Array): Promise<HeaderHint[]> {
  const header = await read(bytes);
  if (!header.ok) throw new Error(header.message);
  return dicomHints(header);
}
const found = (hints: readonly HeaderHint[]) =>
  hints.map((hint) => `${hint.tag} ${hint.finding} ${hint.item}`).sort();

/** A file that says of itself what a de-identified one says. */
const declared = [element('00120062', 'CS', 'YES'), element('00280301', 'CS', 'NO')];

describe('the Basic Application Level Confidentiality Profile (PS3.15, Table E.1-1)', () => {
  test('nothing is said of a header that follows it', async () => {
    expect(
      found(
        await hintsOf(
          dicomFile([
            ...declared,
            element('00080018', 'UI', '2.25.4711'),
            element('00080060', 'CS', 'CT'),
            element('00100010', 'PN', ''),
            element('00280010', 'US', '\x00\x02'),
          ]),
        ),
      ),
    ).toEqual([]);
  });

  test('removed, emptied and replaced elements are told apart, by tag and name and never by value', async () => {
    const hints = await hintsOf(
      dicomFile([
        ...declared,
        element('00080020', 'DA', '20240307'),
        element('00080080', 'LO', 'Mercy General'),
        element('00100010', 'PN', 'Doe^Jane'),
        element('00100020', 'LO', '4711-22'),
        element('00101040', 'LO', '1 Main Street'),
        element('00101010', 'AS', '093Y'),
        element('00104000', 'LT', 'call 555-123-4567'),
      ]),
    );
    expect(found(hints)).toEqual([
      '(0008,0020) full_date dates_and_ages',
      '(0008,0080) stand_in geography',
      '(0010,0010) not_emptied names',
      '(0010,0020) stand_in record_numbers',
      '(0010,1010) age_over_89 dates_and_ages',
      '(0010,1040) not_removed geography',
      '(0010,4000) not_removed other_codes',
    ]);
    expect(hints.find((hint) => hint.tag === '(0010,0010)')?.name).toBe("Patient's Name");
    expect(JSON.stringify(hints)).not.toMatch(/Doe|Mercy|Main|4711|20240307|555/);
  });

  test('what hides in a sequence, in a private group, in an overlay and in free text is found', async () => {
    const inside = [element('00080090', 'PN', 'House^Gregory')];
    const hints = await hintsOf(
      dicomFile([
        ...declared,
        sequence('00081115', [[sequence('00081199', [inside])]]),
        element('00091010', 'LO', 'anything'),
        element('00280002', 'LO', 'ask jane@example.org'),
        element('60023000', 'OW', '\x01\x02'),
      ]),
    );
    expect(found(hints)).toEqual([
      '(0008,0090) not_emptied names',
      '(0009,xxxx) private other_codes',
      '(0028,0002) looks_like email',
      '(6002,3000) not_removed other_codes',
    ]);
  });

  test('what the file says of itself: no word of de-identification, burned-in words, faces, dates as they were', async () => {
    const said = (...more: Buffer[]) => hintsOf(dicomFile(more)).then(found);
    expect(await said(element('00080060', 'CS', 'US'))).toEqual([
      '(0012,0062) not_declared other_codes',
      '(0028,0301) burned_in_unsaid names',
    ]);
    expect(
      await said(
        element('00120062', 'CS', 'YES'),
        element('00280301', 'CS', 'YES'),
        element('00280302', 'CS', 'YES'),
        element('00280303', 'CS', 'UNMODIFIED'),
      ),
    ).toEqual([
      '(0028,0301) burned_in names',
      '(0028,0302) recognisable faces',
      '(0028,0303) dates_unmodified dates_and_ages',
    ]);
  });

  test('characteristics of the patient stay under their declared option, an age above 89 does not', async () => {
    const option = sequence('00120064', [[element('00080100', 'SH', '113108')]]);
    const body = [
      element('00100040', 'CS', 'F'),
      element('00101010', 'AS', '044Y'),
      element('00101030', 'DS', '61'),
    ];
    expect(found(await hintsOf(dicomFile([...declared, ...body])))).toHaveLength(3);
    expect(found(await hintsOf(dicomFile([...declared, option, ...body])))).toEqual([]);
    const old = [element('00101010', 'AS', '091Y')];
    expect(found(await hintsOf(dicomFile([...declared, option, ...old])))).toEqual([
      '(0010,1010) age_over_89 dates_and_ages',
    ]);
  });

  test('UIDs made anew from random numbers pass, others are to be looked at; a filled preamble is named', async () => {
    const own = dicomFile([...declared, element('0020000d', 'UI', '1.2.840.113619.2.5')], { preamble: 0x49 });
    expect(found(await hintsOf(own))).toEqual([' preamble other_codes', '(0020,000d) own_uid other_codes']);
  });

  test('hints of several files are summed, most files first', () => {
    const hint = { item: 'names', tag: '(0010,0010)', name: 'x', finding: 'not_emptied' } as const;
    const other = { ...hint, tag: '(0008,0090)' };
    expect(sumHints([[hint], [hint, other], []])).toEqual([
      { ...hint, files: 2 },
      { ...other, files: 1 },
    ]);
  });
});

describe('files that are read or refused in one sentence', () => {
  const body = [...declared, element('00101040', 'LO', '1 Main Street')];
  test.each([
    ['explicit little endian', {}],
    ['implicit little endian', { syntax: '1.2.840.10008.1.2' }],
    ['explicit big endian', { syntax: '1.2.840.10008.1.2.2' }],
    ['deflated', { syntax: '1.2.840.10008.1.2.1.99', pack: (bytes: Buffer) => deflateRawSync(bytes) }],
  ])('%s', async (_, how) => {
    expect(found(await hintsOf(dicomFile(body, how)))).toEqual(['(0010,1040) not_removed geography']);
  });

  const refused = async (bytes: Uint8Array, size = bytes.byteLength) => {
    const header = await read(bytes, size);
    return header.ok ? 'read' : header.message;
  };
  test('nothing, no DICOM, half a header, a header alone, half the pixels', async () => {
    const whole = dicomFile([...body, element('7fe00010', 'OW', 'x'.repeat(400))]);
    expect(await refused(whole)).toBe('read');
    expect(await refused(new Uint8Array())).toMatch(/empty/);
    expect(await refused(new TextEncoder().encode('%PDF-1.7 '.repeat(40)))).toMatch(/no DICOM file/);
    expect(await refused(whole.subarray(0, whole.byteLength - 100))).toMatch(/ends before its pixels/);
    expect(await refused(dicomFile([]))).toMatch(/nothing after it/);
    const broken = dicomFile([...declared, element('00101040', 'LO', '1 Main Street').subarray(0, 12)]);
    expect(await refused(broken)).toMatch(/damaged|cut off/);
  });

  test('a file of a gigabyte is read by its first bytes; a header that goes on behind them is refused', async () => {
    const first = dicomFile([...body, element('7fe00010', 'OW', '', { length: 0x3000_0000 })]);
    expect(await refused(first, 0x3000_0000 + first.byteLength)).toBe('read');
    const long = dicomFile([...body, element('00420011', 'OB', '', { length: 0x3000_0000 })]);
    expect(await refused(long, 0x3000_0000 + long.byteLength)).toMatch(/longer than 8 MB/);
  });

  test('a small deflated file that swells without end, and one nested a thousand deep, end in a sentence', async () => {
    const pack = () => deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = dicomFile(body, { syntax: '1.2.840.10008.1.2.1.99', pack });
    expect(await refused(bomb)).toMatch(/damaged|nothing after/);
    const deep = Array.from({ length: 1000 }).reduce<Buffer>(
      (inner) => sequence('00081115', [[inner]]),
      body[2]!,
    );
    expect(await refused(dicomFile([deep]))).toBe('read');
    expect(found(await hintsOf(dicomFile([...declared, deep])))).toEqual([]);
  });

  test('bytes changed at random never throw', async () => {
    const whole = dicomFile([...body, sequence('00081115', [[element('00080090', 'PN', 'A^B')]])]);
    for (let i = 132; i < whole.byteLength; i += 1) {
      const changed = Uint8Array.from(whole);
      changed[i] = (present(changed[i], 'byte') + 0x55) & 0xff;
      const header = await read(changed);
      if (header.ok) dicomHints(header);
    }
  });
});

const folder = join(sharedDataFolder, 'interchange');
describe.skipIf(!existsSync(folder))('real files (skipped without the shared data)', () => {
  const file = (path: string) => Uint8Array.from(readFileSync(join(folder, path)));

  test('every one is read, except the one without a meta header and the one that was cut off', async () => {
    const paths = [
      'dicom',
      'dicom-seg',
      'dicom-sr',
      'dicom-series/ct-5-slices',
      'dicom-series/ct-24x38x3',
    ].flatMap((name) => readdirSync(join(folder, name)).map((one) => `${name}/${one}`));
    expect(paths.length).toBeGreaterThan(25);
    const refused: string[] = [];
    for (const path of paths) {
      const header = await read(file(path));
      if (header.ok) dicomHints(header);
      else refused.push(`${path}: ${header.message}`);
    }
    expect(refused).toEqual([
      expect.stringMatching(/MR_truncated.*ends before its pixels/),
      expect.stringMatching(/no_meta.*no DICOM file/),
    ]);
  });

  test('a scan as it left the machine has hints of most kinds, one from a public archive declares itself', async () => {
    const raw = await hintsOf(file('dicom/CT_small.dcm'));
    const kinds = new Set(raw.map((hint) => hint.item));
    for (const item of ['names', 'dates_and_ages', 'record_numbers', 'geography', 'other_codes'] as const)
      expect(kinds).toContain(item);
    expect(raw.map((hint) => hint.finding)).toContain('private');
    const cleaned = await hintsOf(file('dicom-series/ct-5-slices/2062.dcm'));
    expect(cleaned.map((hint) => hint.finding)).not.toContain('not_declared');
  });
});
