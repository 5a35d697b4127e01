import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  areNear,
  type CaseFacts,
  findInCases,
  fingerprintOf,
  isSameKind,
  plainText,
} from './intake-rules.ts';
import { lookAtImage } from './look-at-image.ts';

const sha = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const textOf = (text: string) => ({ kind: 'text' as const, name: 'report', sha256: sha(text), text });
const caseOf = (caseId: string, more: Partial<CaseFacts> = {}): CaseFacts => ({
  caseId,
  patientKey: `p-${caseId}`,
  split: null,
  subgroups: {},
  context: {},
  assets: [textOf(`The report of ${caseId}`)],
  ...more,
});
const project = { modality: 'Chest radiograph', anatomy: 'Thorax', intendedUse: 'training' };
const find = (cases: CaseFacts[], more: Partial<Parameters<typeof findInCases>[0]> = {}) =>
  findInCases({ cases, known: [], project, requiredAssets: [], ...more }).findings.map(
    ({ caseId, code }) => `${caseId} ${code}`,
  );

describe('automatic checks at intake', () => {
  test('cases that differ, with nothing wrong, find nothing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 40 }),
        (numbers) => {
          expect(find(numbers.map((n) => caseOf(String(n))))).toEqual([]);
        },
      ),
    );
  });

  test('the second of two equal contents is the duplicate, whatever stands between; copies in other spacing are near', () => {
    const same = (id: string, text: string) => caseOf(id, { assets: [textOf(text)] });
    expect(find([same('a', 'No nodule.'), caseOf('b'), same('c', 'No nodule.')])).toEqual(['c duplicate']);
    expect(find([same('a', 'No nodule.'), same('b', ' NO  nodule')])).toEqual(['b near_duplicate']);
    expect(find([same('a', 'Grade 1'), same('b', 'Grade 2')])).toEqual([]);
    const { findings } = findInCases({
      cases: [same('a', 'x y z'), same('b', 'x y z')],
      known: [],
      project,
      requiredAssets: [],
    });
    expect(findings[0]).toMatchObject({
      says: 'Holds the very same content as a case of another patient in this dataset.',
      other: { datasetId: null, caseId: 'a' },
    });
  });

  test('content that the project has in another dataset is found there', () => {
    const first = caseOf('old');
    const known = [
      { datasetId: 'd1', caseId: 'old', patientKey: 'p', split: null, ...fingerprintOf(first.assets) },
    ];
    expect(find([{ ...first, caseId: 'new' }], { known })).toEqual(['new duplicate']);
  });

  test('every duplicate is found once and one of each kind stays, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 60 }), (contents) => {
        const cases = contents.map((content, i) =>
          caseOf(`c${i}`, { assets: [textOf(`Content number ${content}`)] }),
        );
        expect(find(cases)).toHaveLength(contents.length - new Set(contents).size);
      }),
    );
  });

  test('a patient of another split, a missing view, an empty text, a wrong encoding, another modality and anatomy are found', () => {
    const known = [
      { datasetId: 'd', caseId: 'k', patientKey: 'p1', split: 'test', contentSha256: null, nearKey: null },
    ];
    expect(find([caseOf('a', { patientKey: 'p1', split: 'train' })], { known })).toEqual(['a patient_split']);
    expect(find([caseOf('a', { patientKey: 'p1', split: 'test' })], { known })).toEqual([]);
    expect(find([caseOf('a')], { requiredAssets: ['Report', 'lateral'] })).toEqual(['a missing_view']);
    expect(find([caseOf('a', { assets: [textOf(' … ')] })])).toEqual(['a unreadable']);
    expect(find([caseOf('a', { assets: [textOf('caf\ufffd au lait')] })])).toEqual(['a corrupt']);
    expect(find([caseOf('a', { subgroups: { modality: 'CT' } })])).toEqual(['a wrong_modality']);
    expect(find([caseOf('a', { context: { Body_Part: 'knee' } })])).toEqual([]);
    expect(find([caseOf('a', { context: { body_part: 'Abdomen' } })])).toEqual(['a wrong_anatomy']);
    expect(find([caseOf('a', { subgroups: { modality: 'DX', anatomy: 'CHEST' } })])).toEqual([]);
  });

  test('R3: a patient of test data in cases without a split is found, either way round; without test data none is', () => {
    const of = (split: string | null) => ({
      known: [{ datasetId: 'd', caseId: 'k', patientKey: 'p1', split, contentSha256: null, nearKey: null }],
    });
    const later = (split: string | null) => [caseOf('a', { patientKey: 'p1', split })];
    expect(find(later(null), of('test'))).toEqual(['a patient_split']);
    expect(find(later('test'), of(null))).toEqual(['a patient_split']);
    for (const split of [null, 'train', 'tune']) expect(find(later(null), of(split))).toEqual([]);
    expect(find(later('train'), of(null))).toEqual([]);
    const says = (split: string | null, known: string | null) =>
      findInCases({ cases: later(split), project, requiredAssets: [], ...of(known) }).findings[0]?.says;
    expect(says(null, 'test')).toBe(
      'Its patient has cases of this project in the split “test”; this one is in no split. Exclude it, or import it in that split instead.',
    );
    expect(says('test', null)).toBe(
      'Its patient has cases of this project in no split; this one is in the split “test”. Exclude it.',
    );
  });

  test('R5: of a test reference, cases without a split are test data, apart from those for training alone', () => {
    const reference = { ...project, intendedUse: 'test_reference' };
    const of = (split: string | null) => ({
      project: reference,
      known: [{ datasetId: 'd', caseId: 'k', patientKey: 'p1', split, contentSha256: null, nearKey: null }],
    });
    const later = [caseOf('a', { patientKey: 'p1' })];
    expect([find(later, of('test')), find(later, of('train'))]).toEqual([[], ['a patient_split']]);
  });

  test('R3: a copy says in which splits the content is that it may not be in, whichever of the copies came first', () => {
    const text = [textOf('The very same words')];
    const known = ['train', 'test'].map((split, i) => ({
      ...{ datasetId: 'd', caseId: `k${i}`, patientKey: `q${i}`, split, ...fingerprintOf(text) },
    }));
    const says = (cases: CaseFacts[], more: Partial<Parameters<typeof findInCases>[0]> = {}) =>
      findInCases({ cases, known: [], project, requiredAssets: [], ...more }).findings.map((one) => one.says);
    const what = 'Holds the very same content as a case of another patient in';
    expect(says([caseOf('a', { assets: text })], { known })).toEqual([
      `${what} another dataset of the project. That is in the split “test”; this one is in no split. Exclude it, or import it in that split instead.`,
    ]);
    expect(
      says([caseOf('a', { assets: text, split: 'test' }), caseOf('b', { assets: text, split: 'train' })]),
    ).toEqual([
      `${what} this dataset. That is in the split “test”; this one is in the split “train”. Exclude it, or import it in that split instead.`,
    ]);
    expect(says([caseOf('a', { assets: text, split: 'train' })], { known: known.slice(0, 1) })).toEqual([
      `${what} another dataset of the project.`,
    ]);
    expect(says([caseOf('a', { assets: text }), caseOf('b', { assets: text })])).toEqual([
      `${what} this dataset.`,
    ]);
  });

  test('kinds are the same by a word in common or another name; unknown names say nothing', () => {
    expect(isSameKind('MR', 'Brain MRI')).toBe(true);
    expect(isSameKind('ultrasound', 'Brain MRI')).toBe(false);
    expect(isSameKind('XYZ-9', 'Brain MRI')).toBe(true);
    expect(isSameKind('', 'CT')).toBe(true);
  });

  test('plain text keeps letters and digits of any script', () => {
    expect(plainText('  Größe: 3,5\tmm — ÄÖ ')).toBe('größe 3 5 mm äö');
  });
});

/** A noisy picture, by seed. */
async function picture(seed: number, width = 300, height = 240): Promise<Buffer> {
  let state = seed;
  const cells = Array.from({ length: 18 * 18 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
  return sharp(Buffer.from(cells), { raw: { width: 18, height: 18, channels: 1 } })
    .resize(width, height, { kernel: 'cubic' })
    .png()
    .toBuffer();
}

describe('looking at images', () => {
  test('size and contrast are measured; a blank, a tiny and a cut-off image are told', async () => {
    const good = await picture(1);
    expect(await lookAtImage(good)).toMatchObject({ width: 300, height: 240 });
    const blank = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    const one = async (bytes: Uint8Array) =>
      find([
        caseOf('a', {
          assets: [{ kind: 'image', name: 'frontal', sha256: 'x', look: await lookAtImage(bytes) }],
        }),
      ]);
    expect(await one(good)).toEqual([]);
    expect(await one(blank)).toEqual(['a unreadable']);
    expect(await one(await picture(1, 40, 40))).toEqual(['a unreadable']);
    expect(await one(good.subarray(0, good.length / 2))).toEqual(['a corrupt']);
    expect(await one(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2]))).toEqual(['a corrupt']);
    const jpeg = await sharp(good).jpeg().toBuffer();
    expect(await one(jpeg)).toEqual([]);
    expect(await one(jpeg.subarray(0, jpeg.length - 400))).toEqual(['a corrupt']);
  });

  test('a copy in another size and compression is near, another picture is not', async () => {
    const key = async (bytes: Uint8Array) =>
      fingerprintOf([{ kind: 'image', name: 'i', sha256: 'x', look: await lookAtImage(bytes) }]).nearKey ??
      '';
    const first = await picture(1);
    const copy = await sharp(first).resize(600, 480).jpeg({ quality: 60 }).toBuffer();
    expect(areNear(await key(first), await key(copy))).toBe(true);
    for (let seed = 2; seed < 12; seed += 1)
      expect(areNear(await key(first), await key(await picture(seed)))).toBe(false);
    const image = async (caseId: string, bytes: Uint8Array) =>
      caseOf(caseId, {
        assets: [
          { kind: 'image', name: 'i', sha256: sha(String(bytes.length)), look: await lookAtImage(bytes) },
        ],
      });
    expect(
      find([await image('a', first), await image('b', await picture(2)), await image('c', copy)]),
    ).toEqual(['c near_duplicate']);
  });
});
