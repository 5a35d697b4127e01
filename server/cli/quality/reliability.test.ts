import { describe, expect, it } from 'vitest';
import { krippendorffExampleC, readsOf, readsOfTable } from '#server/quality/published-reads.fixture.ts';
import { csv, file, inOwnFolder, labels, quality, type Result } from './run-quality.fixture.ts';

inOwnFolder();

const coefficientNames = [
  'percent_agreement',
  'cohen_kappa',
  'scott_pi',
  'fleiss_kappa',
  'conger_kappa',
  'gwet_ac',
  'brennan_prediger',
  'krippendorff_alpha',
  'icc_1_1',
  'icc_2_1',
  'icc_3_1',
  'icc_1_k',
  'icc_2_k',
  'icc_3_k',
];

async function coefficientsOf(path: string, ...argv: string[]): Promise<Record<string, Result>> {
  return (await quality('reliability', path, ...argv, '--json')).json().coefficients!;
}

describe('quality reliability', () => {
  it('prints one JSON object with every coefficient and nothing else', async () => {
    const path = file(csv(krippendorffExampleC));
    const answer = await quality('reliability', path, '--scale', 'ordinal', '--json');
    expect(answer).toMatchObject({ code: 0, error: '' });
    const result = answer.json();
    expect(result).toMatchObject({
      n_items: 12,
      n_annotators: 4,
      n_labels: 41,
      n_missing: 7,
      scale: 'ordinal',
      categories: ['1', '2', '3', '4', '5'],
    });
    expect(Object.keys(result.coefficients!)).toEqual(coefficientNames);
    for (const name of coefficientNames)
      expect(Object.keys(result.coefficients![name]!)).toEqual(
        expect.arrayContaining(['value', 'se', 'ci', 'n_items', 'n_excluded', 'reason']),
      );
    const { krippendorff_alpha: alpha, icc_2_1: icc } = result.coefficients!;
    expect(alpha!.value).toBeCloseTo(0.8153875038, 9);
    expect(alpha).toMatchObject({ n_items: 11, n_excluded: 1, reason: null });
    expect(icc).toMatchObject({ value: null, reason: 'incomplete_matrix' });
  });

  it('splits by a column, with the categories of the whole file', async () => {
    const table = [
      [4, 1],
      [1, 4],
    ];
    const rows = readsOfTable(table, [0, 1]).map((r) => `${r.item},${r.rater},${r.value},north`);
    const south = ['a,A,0,south', 'a,B,0,south', 'b,A,0,south', 'b,B,0,south', 'b,C,,south'];
    const path = file(['task,worker,label,site', ...rows, ...south].join('\n'));
    const result = (await quality('reliability', path, '--by', 'site', '--json')).json();
    expect(result.by!.groups).toMatchObject([
      {
        value: 'north',
        n_items: 10,
        n_missing: 0,
        coefficients: { cohen_kappa: { value: expect.closeTo(0.6, 9) } },
      },
      {
        value: 'south',
        n_items: 2,
        n_missing: 1,
        categories: ['0', '1'],
        coefficients: { cohen_kappa: { reason: 'one_category' } },
      },
    ]);
  });

  it('splits a file into thousands of groups in time that grows with the rows', async () => {
    const rows = Array.from({ length: 40_000 }, (_, row) => `${row},${row % 7},${row % 2},g${row % 5000}`);
    const path = file(['task,worker,label,site', ...rows].join('\n'));
    const result = (await quality('reliability', path, '--by', 'site', '--json')).json();
    expect(result.by!.groups).toHaveLength(5000);
    expect(result.by!.groups![0]).toMatchObject({ n_labels: 8 });
  });

  it('repeats its bootstrap with its seed', async () => {
    const path = file(csv(krippendorffExampleC));
    const run = (seed: string) =>
      quality('reliability', path, '--method', 'bootstrap', '--resamples', '200', '--seed', seed, '--json');
    expect((await run('5')).out).toBe((await run('5')).out);
    expect((await run('5')).out).not.toBe((await run('6')).out);
  });

  it('is null with a reason, not an error, for one rater, one category, no overlap and nothing but missing labels', async () => {
    const alpha = async (rows: string) => (await coefficientsOf(labels(rows))).krippendorff_alpha;
    expect(await alpha('1,a,x\n2,a,y\n')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(await alpha('1,a,x\n1,b,x\n')).toMatchObject({ value: null, reason: 'one_category' });
    expect(await alpha('1,a,x\n2,b,y\n')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(await alpha('1,a,\n1,b,NaN\n')).toMatchObject({ value: null });
  });

  it('words have no distances until their order is given', async () => {
    const path = labels('1,a,low\n1,b,high\n2,a,low\n2,b,low\n3,a,high\n3,b,high\n');
    const answer = await quality('reliability', path, '--weights', 'linear', '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(/:2, column label: expected a number.*--categories.*"low"/);
    const ordered = await quality('reliability', path, '--weights', 'linear', '--categories', 'low,high');
    expect(ordered.code).toBe(0);
  });

  it('prints a table for people', async () => {
    const { out } = await quality('reliability', file(csv(krippendorffExampleC)), '--scale', 'interval');
    expect(out).toMatch(/krippendorff_alpha +0\.8491/);
    expect(out).toContain('incomplete_matrix');
    expect(out).toMatch(/7 missing labels left out \(empty 7\)/);
    expect(out).toMatch(/Cohen's kappa of every two annotators/);
  });

  it('keeps line breaks and escapes of ids and of groups out of the table; JSON has them as they are', async () => {
    const path = file('task,worker,label,site\n1,"a\x1b[31m\nz",x,"n\nm"\n1,b,y,"n\nm"\n1,c,x,"n\nm"\n');
    const people = await quality('reliability', path, '--by', 'site');
    expect(people.out).toContain('a�[31m�z');
    expect(people.out).toContain('site = n�m\n');
    expect(people.out).not.toContain('\x1b');
    const { pairwise } = (await quality('reliability', path, '--json')).json();
    expect(pairwise!.annotators).toEqual(['a\x1b[31m\nz', 'b', 'c']);
  });

  it('plots a negative kappa where it lies: left of zero', async () => {
    const path = labels('1,a,x\n1,b,y\n2,a,y\n2,b,x\n3,a,x\n3,b,y\n4,a,y\n4,b,x\n');
    const { out } = await quality('reliability', path);
    expect(out).toContain('−1 … 1');
    expect(out).toMatch(/cohen_kappa +-1\.0000 +\S+ +│●/);
    const plain = await quality('reliability', labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n3,a,y\n3,b,y\n'));
    expect(plain.out).toContain('0 … 1');
    expect(plain.out).not.toContain('−1 … 1');
  });
});

describe('intervals of agreement', () => {
  it('of percent agreement stay within 0 and 1, and have width where all items agree', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,y\n2,b,x\n3,a,y\n3,b,y\n4,a,x\n4,b,y\n5,a,x\n5,b,y\n');
    const { percent_agreement: some } = await coefficientsOf(path);
    expect(some!.value).toBeCloseTo(0.4, 12);
    expect(some!.ci![0]).toBe(0);
    expect(some!.ci![1]).toBeLessThanOrEqual(1);
    const all = (await coefficientsOf(labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n'))).percent_agreement!;
    // Wilson of 2 of 2.
    expect(all).toMatchObject({ value: 1, ci: [expect.closeTo(0.34238, 6), 1], se: null });
    const none = (await coefficientsOf(labels('1,a,x\n1,b,y\n'))).percent_agreement!;
    expect(none).toMatchObject({ value: 0, ci: [0, expect.closeTo(0.793451, 6)] });
  });

  it.each(['analytic', 'bootstrap'])('are never without width: null with a reason (%s)', async (method) => {
    for (const [rows, reason] of [
      ['1,a,0\n1,b,0\n2,a,1\n2,b,1\n', 'no_variation_between_items'],
      ['1,a,0\n1,b,1\n', 'needs_two_items'],
    ] as const) {
      const found = await coefficientsOf(labels(rows), '--method', method, '--resamples', '200');
      for (const [name, { value, ci, ...rest }] of Object.entries(found)) {
        if (value === null || name === 'percent_agreement') continue;
        if (ci === null)
          expect(rest).toMatchObject({ se: null, ci_reason: expect.stringMatching(/^[a-z_]+$/) });
        else expect(ci[1]).toBeGreaterThan(ci[0]);
      }
      expect(found.brennan_prediger).toMatchObject({ ci: null, ci_reason: reason });
    }
  });

  it('of a perfect ICC are none: there is no error to judge by', async () => {
    const path = labels('1,a,1\n1,b,1\n2,a,2\n2,b,2\n3,a,5\n3,b,5\n4,a,0.1\n4,b,0.1\n');
    const { icc_2_1: icc } = await coefficientsOf(path, '--scale', 'interval');
    expect(icc).toMatchObject({ value: expect.closeTo(1, 9), ci: null, ci_reason: 'no_residual_variation' });
  });
});

describe('--method bootstrap', () => {
  const ratings = readsOf([
    '96817a6',
    '25363a5'.replace('a', '8'),
    '42654a3'.replace('a', '7'),
    '86956a7'.replace('a', '9'),
  ]);
  const reads = ratings.map((read) => ({ ...read, value: read.value === 'a' ? '9' : read.value }));

  it('resamples every coefficient, the ICCs and the mean of pairwise kappas too', async () => {
    const path = file(csv(reads));
    const argv = ['--scale', 'interval', '--weights', 'quadratic'];
    const analytic = await coefficientsOf(path, ...argv);
    const boot = await coefficientsOf(path, ...argv, '--method', 'bootstrap', '--resamples', '500');
    for (const name of coefficientNames.filter((one) => one !== 'scott_pi')) {
      expect(boot[name]!.value).toBe(analytic[name]!.value);
      expect(boot[name]!.method).toMatch(/bootstrap_percentile:500:1$/);
      expect(boot[name]!.ci).not.toEqual(analytic[name]!.ci);
      expect(boot[name]!.se).toBeGreaterThan(0);
      expect(analytic[name]!.method).not.toMatch(/bootstrap/);
    }
  });

  it('of two annotators resamples their own kappa, on the items that both have read', async () => {
    const path = labels(
      Array.from(
        { length: 60 },
        (_, i) => `${i},a,${i % 2}\n${i % 3 === 0 ? '' : `${i},b,${i % 7 === 0 ? 1 - (i % 2) : i % 2}\n`}`,
      ).join(''),
    );
    const { cohen_kappa: kappa } = await coefficientsOf(path, '--method', 'bootstrap', '--resamples', '1000');
    const { cohen_kappa: analytic } = await coefficientsOf(path);
    expect(kappa!.se! / analytic!.se!).toBeGreaterThan(0.8);
    expect(kappa!.se! / analytic!.se!).toBeLessThan(1.25);
    expect(kappa!.ci![0]).toBeLessThan(kappa!.value!);
    expect(kappa!.ci![1]).toBeGreaterThan(kappa!.value!);
  });
});

describe('agreement by category and by pair', () => {
  it('gives each category its kappa against the others, AC1 and specific agreement', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,x\n2,b,y\n3,a,y\n3,b,y\n4,a,z\n4,b,z\n');
    const result = (await quality('reliability', path, '--json')).json();
    expect(Object.keys(result.per_category!)).toEqual(['x', 'y', 'z']);
    expect(result.per_category!.x).toMatchObject({
      n_labels: 3,
      prevalence: 0.375,
      specific_agreement: expect.closeTo(2 / 3, 12),
    });
    expect(result.per_category!.z).toMatchObject({ specific_agreement: 1, fleiss_kappa: { value: 1 } });
    expect((await quality('reliability', path)).out).toMatch(/Each category against all others/);
  });

  it('gives the matrix of pairwise kappas, with reasons, and says when there are too many annotators', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n3,c,x\n3,a,x\n');
    const { pairwise } = (await quality('reliability', path, '--json')).json();
    expect(pairwise).toEqual({
      annotators: ['a', 'b', 'c'],
      cohen_kappa: [
        [null, 1, null],
        [1, null, null],
        [null, null, null],
      ],
      percent_agreement: [
        [null, 1, 1],
        [1, null, null],
        [1, null, null],
      ],
      n_items: [
        [null, 2, 1],
        [2, null, 0],
        [1, 0, null],
      ],
      reason: [
        [null, null, 'one_category'],
        [null, null, 'no_overlap'],
        ['one_category', 'no_overlap', null],
      ],
    });
    const many = labels(Array.from({ length: 101 }, (_, rater) => `1,${rater},x\n2,${rater},y\n`).join(''));
    expect((await quality('reliability', many, '--json')).json()).toMatchObject({
      pairwise: null,
      pairwise_reason: 'more_than_100_annotators',
    });
  });
});

describe('odd but valid files', () => {
  it.each([
    ['one rater', '1,a,x\n2,a,y\n'],
    ['one category', '1,a,x\n1,b,x\n'],
    ['no overlap', '1,a,x\n2,b,y\n'],
    ['all missing', '1,a,\n1,b,NaN\n'],
    ['a repeated read', '1,a,x\n1,a,y\n1,b,x\n'],
  ])('every coefficient of %s has a value or a reason', async (_, rows) => {
    for (const scale of ['nominal', 'ordinal'] as const) {
      const found = await coefficientsOf(labels(rows), '--scale', scale, '--categories', 'x,y');
      for (const { value, reason } of Object.values(found))
        expect(value === null ? /^[a-z_]+$/.test(`${reason}`) : reason === null).toBe(true);
    }
  });

  it('says why items are left out, and gives the mean of pairwise kappas its interval', async () => {
    const found = await coefficientsOf(file(csv(krippendorffExampleC)));
    expect(found.krippendorff_alpha).toMatchObject({
      n_excluded: 1,
      excluded_because: 'fewer_than_two_answers',
    });
    expect(found.cohen_kappa).toMatchObject({
      n_items: 11,
      n_excluded: 1,
      se: expect.any(Number),
      ci: [expect.any(Number), expect.any(Number)],
    });
  });

  it('leaves cross tables of every two annotators out, with a reason, where they would not fit into memory', async () => {
    const rows: string[] = [];
    for (let row = 0; row < 2400; row += 1) rows.push(`${row % 40},${Math.floor(row / 40)},${row % 300}`);
    const found = await coefficientsOf(labels(rows.join('\n')), '--scale', 'ordinal');
    expect(found.krippendorff_alpha!.value).toEqual(expect.any(Number));
    expect(found.cohen_kappa).toMatchObject({ value: null, reason: 'too_many_pairs' });
  });
});
