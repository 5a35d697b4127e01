import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { demoLogin } from './people.ts';

const READERS = ['w01', 'w02', 'w03', 'w04'];
const CASES = Array.from({ length: 12 }, (_, index) => index);

/** What a reader says of a case: neighbours on the scale disagree now and then, as pathologists do. */
function gradeOf(reader: number, number: number): number {
  const isOff = (number * 7 + reader * 3) % 5 === 0;
  return ((number * 3) % 4) + (isOff ? 1 : 0);
}

/** As a file has them; the first case's name needs quotes in it. */
function readsOfSmallStudy(): string[] {
  const nameOf = (number: number) => (number === 0 ? '"slide ""1"", left"' : `slide-${number + 1}`);
  return CASES.flatMap((number) =>
    READERS.map((reader, index) => `${nameOf(number)},${reader},${gradeOf(index, number)}`),
  );
}

/** The share of the cases on which these two readers agree. */
function agreementOf(first: number, second: number, cases: readonly number[]): number {
  const same = cases.filter((number) => gradeOf(first, number) === gradeOf(second, number));
  return same.length / cases.length;
}

test('the replay command reads a small study as its readers, reports it, and exports what went in', async ({
  baseURL,
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = testInfo.outputPath('small-study');
  await mkdir(folder, { recursive: true });
  const reads = readsOfSmallStudy();
  await writeFile(`${folder}/labels.csv`, ['task,worker,label', ...reads, ''].join('\n'));
  const exported = testInfo.outputPath('exported.csv');
  const operator = demoLogin('operator');
  const { stdout } = await promisify(execFile)(
    'node_modules/.bin/node',
    [
      'server/cli/readroom.ts',
      ...[
        'replay',
        folder,
        '--url',
        String(baseURL),
        '--panel',
        '0-1',
        '--assisted',
        '--export',
        exported,
        '--json',
      ],
      ...['--operator', operator.email, '--operator-password', operator.password],
    ],
    { timeout: 280_000 },
  );
  expect(stdout.trim().split('\n')).toHaveLength(1);
  // The panel's two agree on some cases: those are gold. The other two are scored, on all the cases.
  const gold = CASES.filter((number) => gradeOf(0, number) === gradeOf(1, number));
  const accuracy = (agreementOf(0, 2, gold) + agreementOf(0, 3, gold)) / 2;
  expect(JSON.parse(stdout)).toEqual({
    project: expect.stringMatching(/^[0-9a-f-]{36}$/),
    batch: expect.stringMatching(/^[0-9a-f-]{36}$/),
    cases: CASES.length,
    readers: 2,
    reads: 2 * CASES.length,
    seconds: expect.any(Number),
    reads_per_second: expect.any(Number),
    krippendorff_alpha: { value: expect.any(Number), ci: [expect.any(Number), expect.any(Number)] },
    accuracy: { value: expect.closeTo(accuracy, 4), reason: null },
    consensus_agreement: {
      value: expect.closeTo(agreementOf(2, 3, CASES), 4),
      n: 2 * CASES.length,
      ties: 0,
    },
    panel: { value: expect.closeTo(accuracy, 4), n: 2 * gold.length },
    verdict: expect.stringMatching(/^(pass|fail|inconclusive)$/),
  });
  const [header, ...rows] = (await readFile(exported, 'utf8')).trimEnd().split('\n');
  expect(header).toBe('task,worker,label');
  expect(rows.toSorted()).toEqual(reads.toSorted());
});
