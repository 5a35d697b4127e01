import { createHash } from 'node:crypto';
import type { FindingCode } from './intake-schemas.ts';
import { areApart, splitWords } from './split-rules.ts';

/** What looking at an image's bytes says of it; null where it could not be decoded. */
export type ImageLook = {
  width: number;
  height: number;
  /** Standard deviation of its grey values, 0 … 127. */
  contrast: number;
  /** 256-bit gradient hash as hex: the same for copies in another size or compression. */
  gradientHash: string;
} | null;

export type AssetFacts =
  | { kind: 'text'; name: string; sha256: string; text: string }
  | { kind: 'image'; name: string; sha256: string; look: ImageLook | 'not_checked' };

export type CaseFacts = {
  caseId: string;
  patientKey: string;
  split: string | null;
  subgroups: Record<string, string>;
  context: Record<string, string>;
  assets: readonly AssetFacts[];
};

/** A case that the project has already. */
export type KnownCase = {
  datasetId: string;
  caseId: string;
  patientKey: string;
  split: string | null;
  contentSha256: string | null;
  nearKey: string | null;
};

export type Finding = {
  caseId: string;
  code: FindingCode;
  /** Nothing in it is of the case's content. */
  says: string;
  other: { datasetId: string | null; caseId: string } | null;
};

/** What the project asks for, and what its labels are for: that says which cases are test data (R5). */
export type ProjectFacts = { modality: string; anatomy: string; intendedUse: string };

export type Fingerprint = { contentSha256: string; nearKey: string | null };

const LEAST = { side: 64, contrast: 2, letters: 3 };
const MOST = { side: 20_000, letters: 100_000 };
/** Bits of 256 in which gradient hashes of copies may differ. */
const NEAR_BITS = 6;

/**
 * Everything that the automatic checks find in new cases, in their order: what cannot be read, what repeats another case of
 * this dataset or the project, what is declared as something else than the project asks for, what lacks a required view, and
 * patients who are in another split already. Proposals: a person decides.
 */
export function findInCases(input: {
  cases: readonly CaseFacts[];
  known: readonly KnownCase[];
  project: ProjectFacts;
  requiredAssets: readonly string[];
}): { findings: Finding[]; fingerprints: Map<string, Fingerprint> } {
  const repeats = repeatFinder(input.known, input.project.intendedUse);
  const splits = splitsByPatient(input.known);
  const fingerprints = new Map<string, Fingerprint>();
  const findings = input.cases.flatMap((one) => {
    const print = fingerprintOf(one.assets);
    fingerprints.set(one.caseId, print);
    return [
      ...assetFindings(one),
      ...missingViews(one, input.requiredAssets),
      ...repeats(one, print),
      ...splitFindings(one, splits, input.project.intendedUse),
      ...declaredFindings(one, input.project),
    ];
  });
  return { findings, fingerprints };
}

/** What is wrong with what a case shows; one line for each kind. */
function assetFindings(one: CaseFacts): Finding[] {
  const found: Finding[] = [];
  const add = (code: FindingCode, says: string) => {
    if (!found.some((finding) => finding.code === code))
      found.push({ caseId: one.caseId, code, says, other: null });
  };
  for (const asset of one.assets) {
    if (asset.kind === 'text') {
      const says = textFault(asset.text);
      if (says !== null) add(says.code, `“${asset.name}” ${says.says}`);
    } else if (asset.look === null) add('corrupt', `“${asset.name}” cannot be decoded as an image.`);
    else if (asset.look !== 'not_checked') {
      const says = imageFault(asset.look);
      if (says !== null) add('unreadable', `“${asset.name}” ${says}`);
    }
  }
  return found;
}

/** Control characters other than tab and line ends, or the mark of a byte that could not be read. */
function isGarbled(text: string): boolean {
  if (text.includes('\ufffd')) return true;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 9 || (code > 13 && code < 32)) return true;
  }
  return false;
}

function textFault(text: string): { code: FindingCode; says: string } | null {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (isGarbled(text))
    return {
      code: 'corrupt',
      says: 'holds characters that are no text: it was probably read in a wrong encoding.',
    };
  if (letters < LEAST.letters) return { code: 'unreadable', says: 'has almost nothing to read.' };
  if (text.length >= MOST.letters) return { code: 'unreadable', says: 'has more than 100,000 characters.' };
  return null;
}

function imageFault({ width, height, contrast }: NonNullable<ImageLook>): string | null {
  if (width < LEAST.side || height < LEAST.side) return `is only ${width} × ${height} pixels.`;
  if (width > MOST.side || height > MOST.side)
    return `is ${width} × ${height} pixels, too large to be shown whole.`;
  return contrast < LEAST.contrast ? 'is blank, or all but blank.' : null;
}

/** Views that a case lacks, by the names of its assets. */
export function missingViews(
  one: Pick<CaseFacts, 'caseId'> & { assets: readonly { name: string }[] },
  required: readonly string[],
): Finding[] {
  const has = new Set(one.assets.map((asset) => asset.name.toLowerCase()));
  const missing = required.filter((name) => !has.has(name.toLowerCase()));
  if (missing.length === 0) return [];
  const says = `${missing.map((name) => `“${name}”`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  return [{ caseId: one.caseId, code: 'missing_view', says, other: null }];
}

/** The content of a case in two hashes: of its very bytes, and of what stays when they are written or scaled anew. */
export function fingerprintOf(assets: readonly AssetFacts[]): Fingerprint {
  const sha = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
  const contentSha256 = sha(
    assets
      .map((asset) => asset.sha256)
      .sort()
      .join(','),
  );
  const images = assets.filter((asset) => asset.kind === 'image');
  if (images.length === 0) {
    const texts = assets.map((asset) => (asset.kind === 'text' ? plainText(asset.text) : ''));
    return { contentSha256, nearKey: `t:${sha(texts.sort().join('\n'))}` };
  }
  const hashes = images.map((asset) =>
    asset.look && asset.look !== 'not_checked' && imageFault(asset.look) === null
      ? asset.look.gradientHash
      : null,
  );
  return { contentSha256, nearKey: hashes.includes(null) ? null : `i:${hashes.join('.')}` };
}

/** Letters and digits alone, in lower case: the same for copies that differ in spaces, marks and capitals. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

type Seen = {
  datasetId: string | null;
  caseId: string;
  patientKey: string;
  /** Where it and its copies are. */
  splits: Set<string | null>;
};

/** Finds, case by case, the earlier one that it repeats; the first of equals is the one that stays. */
function repeatFinder(
  known: readonly KnownCase[],
  intendedUse: string,
): (one: CaseFacts, print: Fingerprint) => Finding[] {
  const exact = new Map<string, Seen>();
  const texts = new Map<string, Seen>();
  const images = nearImages();
  const keep = (by: Map<string, Seen>, key: string, seen: Seen) => {
    const first = by.get(key);
    if (first) for (const split of seen.splits) first.splits.add(split);
    else by.set(key, seen);
  };
  const remember = (print: { contentSha256: string | null; nearKey: string | null }, seen: Seen) => {
    if (print.contentSha256) keep(exact, print.contentSha256, seen);
    if (print.nearKey?.startsWith('t:')) keep(texts, print.nearKey, seen);
    if (print.nearKey?.startsWith('i:')) images.add(print.nearKey, seen);
  };
  for (const { datasetId, caseId, patientKey, split, ...print } of known)
    remember(print, { datasetId, caseId, patientKey, splits: new Set([split]) });
  return (one, print) => {
    const same = exact.get(print.contentSha256);
    const near =
      same ?? (print.nearKey?.startsWith('t:') ? texts.get(print.nearKey) : images.find(print.nearKey));
    if (!near) {
      const { caseId, patientKey, split } = one;
      remember(print, { datasetId: null, caseId, patientKey, splits: new Set([split]) });
      return [];
    }
    const others = [...near.splits].filter((split) => areApart(split, one.split, intendedUse));
    near.splits.add(one.split);
    const where = near.datasetId === null ? 'this dataset' : 'another dataset of the project';
    const whose = near.patientKey === one.patientKey ? 'the same patient' : 'another patient';
    const what = `${same ? 'Holds the very same content as' : 'Looks like a copy of'} a case of ${whose} in ${where}.`;
    return [
      {
        caseId: one.caseId,
        code: same ? 'duplicate' : 'near_duplicate',
        says: others.length === 0 ? what : `${what} That is in ${apartWords(others, one.split)}`,
        other: { datasetId: near.datasetId, caseId: near.caseId },
      },
    ];
  };
}

/** Gradient hashes by pieces of 32 bits: two that differ in few bits have a piece in common. */
function nearImages() {
  const byPiece = new Map<string, { key: string; seen: Seen }[]>();
  const pieces = (key: string) =>
    Array.from({ length: 8 }, (_, i) => `${i}:${key.slice(2 + i * 8, 10 + i * 8)}`);
  return {
    add(key: string, seen: Seen) {
      for (const piece of pieces(key)) {
        const list = byPiece.get(piece) ?? [];
        list.push({ key, seen });
        byPiece.set(piece, list);
      }
    },
    find(key: string | null): Seen | undefined {
      if (key === null) return undefined;
      for (const piece of pieces(key)) {
        // A piece that very many share (a black border) tells nothing; the first hundred are enough to look at.
        const hit = byPiece
          .get(piece)
          ?.slice(0, 100)
          .find((one) => areNear(one.key, key));
        if (hit) return hit.seen;
      }
      return undefined;
    },
  };
}

/** True when two cases have as many images and each differs from its counterpart in few bits. */
export function areNear(a: string, b: string): boolean {
  const [left, right] = [a.slice(2).split('.'), b.slice(2).split('.')];
  return (
    left.length === right.length && left.every((hash, i) => bitsApart(hash, right[i] ?? '') <= NEAR_BITS)
  );
}

function bitsApart(a: string, b: string): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let bits = 0;
  for (let i = 0; i < a.length; i += 8) {
    let rest = (Number.parseInt(a.slice(i, i + 8), 16) ^ Number.parseInt(b.slice(i, i + 8), 16)) >>> 0;
    for (; rest !== 0; rest &= rest - 1) bits += 1;
  }
  return bits;
}

function splitsByPatient(known: readonly KnownCase[]): Map<string, Set<string | null>> {
  const splits = new Map<string, Set<string | null>>();
  for (const { patientKey, split } of known)
    splits.set(patientKey, (splits.get(patientKey) ?? new Set()).add(split));
  return splits;
}

function splitFindings(
  one: CaseFacts,
  splits: ReadonlyMap<string, ReadonlySet<string | null>>,
  intendedUse: string,
): Finding[] {
  const others = [...(splits.get(one.patientKey) ?? [])].filter((split) =>
    areApart(split, one.split, intendedUse),
  );
  if (others.length === 0) return [];
  const says = `Its patient has cases of this project in ${apartWords(others, one.split)}`;
  return [{ caseId: one.caseId, code: 'patient_split', says, other: null }];
}

/** Which splits come together in a case that may be in one of them only, and what to do with it. */
function apartWords(others: readonly (string | null)[], own: string | null): string {
  const mend =
    others.length === 1 && others[0] !== null
      ? 'Exclude it, or import it in that split instead.'
      : 'Exclude it.';
  return `${others.map(splitWords).join(', ')}; this one is in ${splitWords(own)}. ${mend}`;
}

/** Names that mean one kind of image or one part of the body: DICOM's codes and what people write. */
const ALIKE: readonly (readonly string[])[] = [
  ['cr', 'dx', 'dr', 'xr', 'x ray', 'xray', 'radiograph', 'radiography', 'cxr', 'plain film'],
  ['ct', 'computed tomography'],
  ['mr', 'mri', 'magnetic resonance', 'magnetic resonance imaging'],
  ['us', 'ultrasound', 'sonography', 'echo', 'echocardiography'],
  ['mg', 'mammography', 'mammogram'],
  ['sm', 'wsi', 'slide', 'histology', 'histopathology', 'pathology', 'whole slide'],
  ['op', 'fundus', 'fundoscopy', 'retinal photograph'],
  ['es', 'endoscopy', 'colonoscopy'],
  ['thorax', 'chest', 'lung', 'lungs'],
  ['abdomen', 'abdominal', 'liver'],
  ['head', 'brain', 'skull', 'cranium'],
  ['breast', 'mamma'],
];

const groupsOf = (text: string) =>
  ALIKE.flatMap((words, i) => (words.some((word) => ` ${text} `.includes(` ${word} `)) ? [i] : []));

/** True when what a case declares can be what the project asks for: a word in common, or another name of the same. */
export function isSameKind(declared: string, wanted: string): boolean {
  const [a, b] = [plainText(declared), plainText(wanted)];
  if (a === '' || b === '' || a.includes(b) || b.includes(a)) return true;
  const words = new Set(a.split(' '));
  if (b.split(' ').some((word) => words.has(word))) return true;
  const [left, right] = [groupsOf(a), groupsOf(b)];
  // Names that are not known say nothing against the case.
  return left.length === 0 || right.length === 0 || left.some((group) => right.includes(group));
}

const DECLARED = [
  { code: 'wrong_modality', names: ['modality'], of: 'modality' },
  { code: 'wrong_anatomy', names: ['anatomy', 'body_part', 'bodypart', 'body part'], of: 'anatomy' },
] as const;

function declaredFindings(one: CaseFacts, project: ProjectFacts): Finding[] {
  const declared = Object.entries({ ...one.context, ...one.subgroups });
  return DECLARED.flatMap(({ code, names, of }) => {
    const wrong = declared.find(
      ([name, value]) =>
        names.some((known) => known === name.toLowerCase()) && !isSameKind(value, project[of]),
    );
    if (!wrong) return [];
    const says = `Its column “${wrong[0]}” declares another ${of} than the project’s “${project[of]}”.`;
    return [{ caseId: one.caseId, code, says, other: null }];
  });
}
