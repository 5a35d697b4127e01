import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AGREEMENT_KINDS } from '#server/agreements/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { CHANGES, changeOf, withChanges } from './what-changes.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Where a list of work, a join and a claim begin, and the opening of a case. */
const ENTRIES = [
  'server/work/claim-next-tasks.ts',
  'server/work/join-batch.ts',
  'server/work/reading-views.ts',
  'server/work/join-most-needed.ts',
  'server/work/view-general-exams.ts',
];

/** Every source file that these import, themselves included. */
function sources(): Map<string, string> {
  const seen = new Map<string, string>();
  const todo = [...ENTRIES];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (seen.has(file)) continue;
    const text = readFileSync(join(ROOT, file), 'utf8');
    seen.set(file, text);
    for (const [, specifier = ''] of text.matchAll(/(?:^|\n)import (?!type )[^'"]*?from '([^']+)'/g)) {
      if (specifier.startsWith('#server/')) todo.push(specifier.slice(1));
      else if (specifier.startsWith('./')) todo.push(join(dirname(file), specifier));
    }
  }
  return seen;
}

/** Codes that are put together: what stands in the sources, and what it can come to. */
const PUT_TOGETHER: Record<string, readonly string[]> = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as it stands in the sources
  'batch.${batch.status}': ['draft', 'open', 'paused', 'closing', 'settled'].map((one) => `batch.${one}`),
  'credential.${code}': ['missing', 'expired', 'not_in_force', 'level', 'years', 'proficiency'].map(
    (one) => `credential.${one}`,
  ),
  'gate.agreement.${kind}': AGREEMENT_KINDS.map((kind) => `gate.agreement.${kind}`),
  'gate.clause.${key}': ['gate.clause.any_key'],
  // Found by the names that `no` and `refusal` are called with, below.
  'exam.${code}': [],
  // Said to a sponsor who makes a batch or an order, never to a reader.
  'batch.${code}': [],
  'own_staff.${code}': [],
  'terms.${code}': [],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as it stands in the sources
};

/** Said to who makes a batch, sets an exam or signs, never to a reader. */
const TO_OTHERS = new Set([
  'agreement.no_authority',
  'agreement.no_right',
  'batch.exam_too_short',
  'batch.own_staff_order',
  'batch.splits_mixed',
  'batch.stratum_small',
  'batch.unknown_answers',
  'exam.exists',
  'exam.name_long',
  'test_reference.adjudication',
  'test_reference.assisted',
  'test_reference.consensus',
  'test_reference.overlap',
  'test_reference.overlap_rule',
]);

const EXAM_FILES = /exam-eligibility|general-exam-rules/;

function codesInSources(): string[] {
  const codes = new Set<string>();
  for (const [file, text] of sources()) {
    const named =
      /(?:code: ?(?:[^,\n]*\? ?)?|refusal\(\s*|: string = |const [A-Z_]+ = )['`]([a-z_]+\.[^'`\s]+)['`](?: : '([a-z_.]+)')?/g;
    for (const [, ...found] of text.matchAll(named))
      for (const code of found)
        if (code !== undefined) for (const one of PUT_TOGETHER[code] ?? [code]) codes.add(one);
    if (EXAM_FILES.test(file))
      for (const [, code] of text.matchAll(/(?:\bno|refusal)\(\s*'([a-z_]+)'/g)) codes.add(`exam.${code}`);
  }
  return [...codes].filter((code) => !TO_OTHERS.has(code)).sort();
}

describe('what would change it', () => {
  const codes = codesInSources();

  test('the sources are found, and the codes in them', () => {
    expect(codes.length).toBeGreaterThan(60);
    expect(codes).toEqual(
      expect.arrayContaining([
        'work.all_seen',
        'engagement.elsewhere',
        'exam.no_retry',
        'exam.none_open',
        'prior_reading.looking',
        'gate.attestation_missing',
        'gate.agreement.baa',
        'budget.spent',
        'own_staff.reference',
      ]),
    );
  });

  test.each(codes)('%s says what would change it', (code) => {
    const change = changeOf({ code, message: 'Why.', href: '/somewhere' });
    expect(change).not.toBeNull();
    expect(change!.says.length).toBeGreaterThan(5);
    // A page is for who can change something there.
    if (change!.by === 'other') expect(change).not.toHaveProperty('href');
  });

  test('nothing is kept for codes that nobody gives any more', () => {
    const given = codes.map((code) => code.replace(/^(gate\.(?:agreement|clause))\..*/, '$1'));
    expect(Object.keys(CHANGES).filter((code) => !given.includes(code))).toEqual([]);
  });

  test.each([
    ['/work/agreements', 'you'],
    ['/vendor/agreements', 'other'],
    ['/sponsor/agreements', 'other'],
  ] as const)(
    'an agreement that is settled at %s is up to %s; nobody is sent where they cannot sign',
    (href, by) => {
      const [reason] = withChanges<ErrorDetail>([{ code: 'gate.agreement.baa', message: 'Missing.', href }]);
      expect(reason).toMatchObject({ change: { by } });
      expect(reason!.change!.href).toBe(by === 'you' ? href : undefined);
    },
  );

  test('a closing batch is not said to open again, another payee is a switch, a calibration is linked', () => {
    expect(changeOf({ code: 'batch.closing', message: '' })!.says).toMatch(/does not open again/);
    expect(changeOf({ code: 'batch.no_share', message: '' })!.says).not.toMatch(/by itself/);
    expect(changeOf({ code: 'engagement.other_payee', message: '' })).toMatchObject({
      by: 'you',
      says: expect.stringMatching(/Switch/),
    });
    expect(changeOf({ code: 'reader.calibration_only', message: '', href: '/work' })).toMatchObject({
      by: 'you',
      href: '/work',
    });
    expect(changeOf({ code: 'reader.calibration_only', message: '' })).toMatchObject({ by: 'other' });
  });
});
