import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  anaesthesiaReads,
  krippendorffExampleC,
  readsOfTable,
} from '#server/quality/published-reads.fixture.ts';
import { runQuality } from './quality.ts';

type Answer = { code: number; out: string; error: string; json: () => Record<string, never> };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quality-'));
});
afterEach(() => vi.restoreAllMocks());

async function quality(...argv: string[]): Promise<Answer> {
  const out: string[] = [];
  const error: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void error.push(line));
  const code = await runQuality(argv);
  return { code, out: out.join('\n'), error: error.join('\n'), json: () => JSON.parse(out.join('\n')) };
}

function file(text: string | Buffer, name = 'labels.csv'): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function csv(reads: ReadonlyArray<{ item: string; rater: string; value: string | number | null }>): string {
  return ['task,worker,label', ...reads.map((read) => `${read.item},${read.rater},${read.value}`)].join('\n');
}

describe('quality reliability', () => {
  it('prints one JSON object with every coefficient and nothing else', async () => {
    const answer = await quality(
      'reliability',
      file(csv(krippendorffExampleC)),
      '--scale',
      'ordinal',
      '--json',
    );
    expect(answer.code).toBe(0);
    const result = answer.json() as unknown as {
      n_items: number;
      n_labels: number;
      n_missing: number;
      categories: string[];
      coefficients: Record<
        string,
        { value: number | null; reason: string | null; n_items: number; n_excluded: number }
      >;
    };
    expect(result).toMatchObject({
      n_items: 12,
      n_annotators: 4,
      n_labels: 41,
      n_missing: 7,
      scale: 'ordinal',
    });
    expect(result.categories).toEqual(['1', '2', '3', '4', '5']);
    expect(Object.keys(result.coefficients)).toEqual([
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
    ]);
    expect(result.coefficients.krippendorff_alpha!.value).toBeCloseTo(0.8153875038, 9);
    expect(result.coefficients.krippendorff_alpha).toMatchObject({
      n_items: 11,
      n_excluded: 1,
      reason: null,
    });
    expect(result.coefficients.icc_2_1).toMatchObject({ value: null, reason: 'incomplete_matrix' });
  });

  it('splits by a column, with the categories of the whole file', async () => {
    const rows = readsOfTable(
      [
        [4, 1],
        [1, 4],
      ],
      [0, 1],
    ).map((r) => `${r.item},${r.rater},${r.value},north`);
    const south = ['a,A,0,south', 'a,B,0,south', 'b,A,0,south', 'b,B,0,south'];
    const path = file(['task,worker,label,site', ...rows, ...south].join('\n'));
    const result = (await quality('reliability', path, '--by', 'site', '--json')).json() as unknown as {
      by: { column: string; groups: Array<Record<string, never>> };
    };
    expect(result.by.groups).toMatchObject([
      { value: 'north', n_items: 10, coefficients: { cohen_kappa: { value: expect.closeTo(0.6, 9) } } },
      {
        value: 'south',
        n_items: 2,
        categories: ['0', '1'],
        coefficients: { cohen_kappa: { reason: 'one_category' } },
      },
    ]);
  });

  it('repeats its bootstrap with its seed', async () => {
    const path = file(csv(krippendorffExampleC));
    const run = (seed: string) =>
      quality('reliability', path, '--method', 'bootstrap', '--resamples', '200', '--seed', seed, '--json');
    expect((await run('5')).out).toBe((await run('5')).out);
    expect((await run('5')).out).not.toBe((await run('6')).out);
  });

  it('reads quotes, commas, line breaks and Unicode in ids, CRLF and a byte order mark', async () => {
    const text =
      '\ufefftask,worker,label\r\n"a, ""1""\r\nb",Zoë,x\r\n"a, ""1""\r\nb",李,x\r\n\r\nc,Zoë,y\r\nc,李,y\r\n';
    const answer = await quality('reliability', file(text), '--json');
    expect(answer.json()).toMatchObject({ n_items: 2, n_annotators: 2, n_labels: 4, categories: ['x', 'y'] });
  });

  it('counts a repeated (task, worker) once and says so', async () => {
    const path = file('task,worker,label\n1,a,x\n1,a,y\n1,b,x\n');
    expect((await quality('reliability', path, '--json')).json()).toMatchObject({
      n_labels: 2,
      n_duplicates: 1,
    });
  });

  it('is null with a reason, not an error, for one rater, one category, no overlap and nothing but missing labels', async () => {
    const alpha = async (rows: string) => {
      const answer = await quality('reliability', file(`task,worker,label\n${rows}`), '--json');
      return (answer.json() as unknown as { coefficients: { krippendorff_alpha: object } }).coefficients
        .krippendorff_alpha;
    };
    expect(await alpha('1,a,x\n2,a,y\n')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(await alpha('1,a,x\n1,b,x\n')).toMatchObject({ value: null, reason: 'one_category' });
    expect(await alpha('1,a,x\n2,b,y\n')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(await alpha('1,a,\n1,b,NaN\n')).toMatchObject({ value: null });
  });

  it('prints a table for people', async () => {
    const { out } = await quality('reliability', file(csv(krippendorffExampleC)), '--scale', 'interval');
    expect(out).toMatch(/krippendorff_alpha +0\.8491/);
    expect(out).toContain('incomplete_matrix');
  });
});

describe('bad files end with exit code 2, the place and what was expected, and write nothing', () => {
  it.each([
    {
      name: 'empty',
      text: '',
      says: /labels\.csv:1: the file is empty; expected a header with task,worker,label/,
    },
    { name: 'header only', text: 'task,worker,label\n', says: /expected at least one data row/ },
    { name: 'missing column', text: 'task,label\n1,2\n', says: /:1, column worker: is missing/ },
    {
      name: 'repeated column',
      text: 'task,worker,label,task\n1,2,3,4\n',
      says: /:1, column 4 \(task\): expected each column once/,
    },
    {
      name: 'short row',
      text: 'task,worker,label\n1,a,1\n1,b\n',
      says: /:3, column 2: expected 3 cells, found 2/,
    },
    {
      name: 'long row',
      text: 'task,worker,label\n1,a,1,y\n',
      says: /:2, column 4: expected 3 cells, found 4/,
    },
    { name: 'empty id', text: 'task,worker,label\n1,a,1\n,b,1\n', says: /:3, column task: expected an id/ },
    { name: 'open quote', text: 'task,worker,label\n1,a,1\n"1,b,1\n', says: /:3: expected a closing quote/ },
    {
      name: 'not UTF-8',
      text: Buffer.from([...Buffer.from('task,worker,label\n1,a,1\n1,'), 0xff, 10]),
      says: /:3: expected UTF-8 text/,
    },
    {
      name: 'label outside the scale',
      text: 'task,worker,label\n1,a,2\n1,b,high\n',
      says: /:3, column label: expected a number.*"high"/,
    },
  ])('$name', async ({ text, says }) => {
    const answer = await quality('reliability', file(text), '--scale', 'interval', '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });

  it('unknown level under explicit categories, and a folder or a missing file', async () => {
    const path = file('task,worker,label\n1,a,low\n1,b,huge\n');
    const answer = await quality('reliability', path, '--scale', 'ordinal', '--categories', 'low,mid,high');
    expect(answer.code).toBe(2);
    expect(answer.error).toMatch(/:3, column label: expected one of low, mid, high; found "huge"/);
    expect((await quality('reliability', join(folder, 'none.csv'))).error).toMatch(
      /cannot be opened \(ENOENT\)/,
    );
    expect((await quality('reliability', folder)).code).toBe(2);
  });

  it('words have no distances until their order is given', async () => {
    const path = file('task,worker,label\n1,a,low\n1,b,high\n2,a,low\n2,b,low\n3,a,high\n3,b,high\n');
    const answer = await quality('reliability', path, '--weights', 'linear', '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(/:2, column label: expected a number.*--categories.*"low"/);
    const ordered = await quality('reliability', path, '--weights', 'linear', '--categories', 'low,high');
    expect(ordered.code).toBe(0);
  });

  it('a missing column to split by, and a ratio below zero', async () => {
    const path = file('task,worker,label\n1,a,1\n1,b,-2\n');
    expect((await quality('reliability', path, '--by', 'site')).error).toMatch(/:1, column site: is missing/);
    expect((await quality('reliability', path, '--scale', 'ratio')).error).toMatch(
      /:3, column label: expected a number of at least 0/,
    );
  });

  it('consensus with a bad file writes no output', async () => {
    const out = join(folder, 'out.csv');
    const answer = await quality('consensus', file('task,worker,label\n1,a\n'), '--out', out);
    expect(answer.code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it('consensus never writes over what it reads, nor over what is not a file; a link stays a link', async () => {
    const text = 'task,worker,label\n1,a,x\n1,b,x\n';
    const labels = file(text);
    const gold = file('task,label\n1,x\n', 'gold.csv');
    symlinkSync(labels, join(folder, 'same.csv'));
    for (const out of [labels, gold, join(folder, 'same.csv')]) {
      const answer = await quality('consensus', labels, '--method', 'majority', '--gold', gold, '--out', out);
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(/is read by this command; choose another file for --out/);
    }
    expect(readFileSync(labels, 'utf8')).toBe(text);
    expect((await quality('consensus', labels, '--method', 'majority', '--out', folder)).error).toMatch(
      /is not a file/,
    );
    const old = file('old', 'old.csv');
    symlinkSync(old, join(folder, 'link.csv'));
    await quality('consensus', labels, '--method', 'majority', '--out', join(folder, 'link.csv'));
    expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(old, 'utf8')).toMatch(/^task,label,confidence/);
  });

  it.each([[['--help']], [['consensus', '--help']]])('%j prints how to use it', async (argv) => {
    expect(await quality(...argv)).toMatchObject({
      code: 0,
      error: '',
      out: expect.stringContaining('Usage'),
    });
  });

  it.each([
    [['reliability', 'a.csv', '--scale', 'weird'], /--scale is one of/],
    [['reliability', 'a.csv', '--ci', '1.5'], /--ci is a number between 0 and 1/],
    [['reliability', 'a.csv', '--wrong'], /--wrong/],
    [['reliability'], /Expected one file/],
    [['consensus', 'a.csv', '--method', 'vote'], /--method is one of/],
    [['reliability', 'a.csv', '--by', 'worker'], /--by names a further column/],
    [['boxes', 'a.csv', '--gold', 'b.csv', '--by', 'label'], /--by names a further column/],
    [['reliability', 'a.csv', '--method', 'guess'], /--method is one of/],
    [['reliability', 'a.csv', '--weights', 'cubic'], /--weights is one of/],
    [['reliability', 'a.csv', '--seed', '-1'], /--seed/],
    [['boxes', 'a.csv', '--gold', 'b.csv', '--iou', '0'], /--iou is a number between 0 and 1/],
    [['sample-size'], /Expected --truth/],
    [['constructor'], /Usage/],
  ] as const)('wrong command line %j', async (argv, says) => {
    const answer = await quality(...argv);
    expect(answer.code).toBe(2);
    expect(answer.error).toMatch(says);
  });
});

describe('quality consensus', () => {
  it('reproduces Dawid & Skene and writes task, label, confidence and one probability per category', async () => {
    const out = join(folder, 'out.csv');
    const path = file(csv(anaesthesiaReads));
    const answer = await quality('consensus', path, '--method', 'dawid-skene', '--out', out, '--json');
    expect(answer.json()).toMatchObject({
      method: 'dawid-skene',
      n_items: 45,
      n_annotators: 5,
      n_labels: 315,
      converged: true,
      gold: null,
    });
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('task,label,confidence,p_1,p_2,p_3,p_4');
    expect(lines[2]).toMatch(/^2,4,/);
    expect(lines).toHaveLength(46);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('measures accuracy on gold and explains an automatic choice', async () => {
    const labels = file(csv(anaesthesiaReads));
    const gold = file(
      ['task,label', ...Array.from({ length: 30 }, (_, i) => `${i + 1},2`)].join('\n'),
      'gold.csv',
    );
    const answer = await quality('consensus', labels, '--gold', gold, '--json');
    expect(answer.json()).toMatchObject({ gold: { n: 30, ci: [expect.any(Number), expect.any(Number)] } });
    expect(answer.out).toContain('of 30 gold items');
    const people = await quality('consensus', labels, '--gold', gold, '--method', 'majority');
    expect(people.out).toMatch(/Accuracy on 30 gold items/);
  });

  it('refuses a gold file that names a task twice', async () => {
    const gold = file('task,label\n1,2\n1,3\n', 'gold.csv');
    const answer = await quality('consensus', file(csv(anaesthesiaReads)), '--gold', gold);
    expect(answer.code).toBe(2);
    expect(answer.error).toMatch(/gold\.csv:3, column task: expected each task once/);
  });
});

describe('odd but valid files', () => {
  const methods = ['auto', 'majority', 'wawa', 'one-coin', 'dawid-skene', 'mace', 'glad'] as const;
  const files = [
    { name: 'one rater', rows: '1,a,x\n2,a,y\n', says: { n_items: 2, n_annotators: 1, n_labels: 2 } },
    { name: 'one category', rows: '1,a,x\n1,b,x\n', says: { categories: ['x'], n_labels: 2 } },
    { name: 'no overlap', rows: '1,a,x\n2,b,y\n', says: { n_items: 2, n_annotators: 2 } },
    { name: 'all missing', rows: '1,a,\n1,b,NaN\n', says: { n_items: 1, n_labels: 0, categories: [] } },
    { name: 'a repeated read', rows: '1,a,x\n1,a,y\n1,b,x\n', says: { n_labels: 3 } },
  ] as const;

  it.each(files.flatMap((one) => methods.map((method) => ({ ...one, method }))))(
    'consensus of $name by $method has an answer without NaN, and a row per task',
    async ({ rows, says, method }) => {
      const out = join(folder, 'out.csv');
      const path = file(`task,worker,label\n${rows}`);
      const answer = await quality('consensus', path, '--method', method, '--out', out, '--json');
      expect(answer.code).toBe(0);
      expect(answer.json()).toMatchObject({ ...says, converged: true });
      expect(answer.out).not.toContain('NaN');
      const lines = readFileSync(out, 'utf8').trim().split('\n');
      expect(lines).toHaveLength(1 + (answer.json() as unknown as { n_items: number }).n_items);
      expect(lines.join()).not.toContain('NaN');
      // A task without an answer keeps its row, without a label.
      if (says === files[3].says) expect(lines[1]).toBe('1,,');
    },
  );

  it.each(files)('every coefficient of $name has a value or a reason', async ({ rows }) => {
    for (const scale of ['nominal', 'ordinal'] as const) {
      const path = file(`task,worker,label\n${rows}`);
      const answer = await quality('reliability', path, '--scale', scale, '--categories', 'x,y', '--json');
      const { coefficients } = answer.json() as unknown as {
        coefficients: Record<string, { value: number | null; reason: string | null }>;
      };
      for (const { value, reason } of Object.values(coefficients))
        expect(value === null ? /^[a-z_]+$/.test(reason ?? '') : reason === null).toBe(true);
    }
  });

  it('says why items are left out, and gives the mean of pairwise kappas its interval', async () => {
    const answer = await quality('reliability', file(csv(krippendorffExampleC)), '--json');
    const { coefficients } = answer.json() as unknown as { coefficients: Record<string, object> };
    expect(coefficients.krippendorff_alpha).toMatchObject({
      n_excluded: 1,
      excluded_because: 'fewer_than_two_answers',
    });
    expect(coefficients.cohen_kappa).toMatchObject({
      n_items: 11,
      n_excluded: 1,
      se: expect.any(Number),
      ci: [expect.any(Number), expect.any(Number)],
    });
  });

  it('reports what majority would reach if ties were broken by lot', async () => {
    const gold = file('task,label\n1,x\n2,x\n', 'gold.csv');
    const path = file('task,worker,label\n1,a,x\n1,b,y\n2,a,x\n2,b,x\n');
    const answer = await quality('consensus', path, '--method', 'majority', '--gold', gold, '--json');
    expect(answer.json()).toMatchObject({ gold: { n: 2, accuracy: 1, random_tie_accuracy: 0.75 } });
  });

  it('keeps ids with commas, quotes, line breaks and Unicode whole in what it writes', async () => {
    const out = join(folder, 'out.csv');
    const path = file('\ufefftask,worker,label\r\n"a, ""1""\r\nb",Zoë,"x,y"\r\n李,Zoë,ü\r\n');
    await quality('consensus', path, '--method', 'majority', '--out', out, '--json');
    expect(readFileSync(out, 'utf8')).toBe(
      'task,label,confidence,"p_x,y",p_ü\n"a, ""1""\r\nb","x,y",1,1,0\n李,ü,1,0,1\n',
    );
    const again = await quality('consensus', path, '--method', 'majority', '--gold', out, '--json');
    expect(again.json()).toMatchObject({ gold: { n: 2, accuracy: 1 } });
  });

  it('streams a file that is larger than any piece it is read in', async () => {
    const rows = ['task,worker,label'];
    for (let row = 0; row < 300_000; row += 1)
      rows.push(`case-${Math.floor(row / 3)},reader-${row % 7},${row % 3 === 0 ? 'x' : 'y'}`);
    const answer = await quality('consensus', file(rows.join('\n')), '--method', 'majority', '--json');
    expect(answer.json()).toMatchObject({ n_items: 100_000, n_annotators: 7, n_labels: 300_000 });
  });
});

describe('quality overlap', () => {
  it('forecasts reads and accuracy of stopping when sure, beside fixed overlaps', async () => {
    const answer = await quality('overlap', '--accuracy', '0.8', '--max', '7', '--items', '1000', '--json');
    const result = answer.json() as unknown as {
      expected_reads_per_item: number;
      expected_labels: number;
      expected_accuracy: number;
      fixed: Array<{ overlap: number; accuracy: number }>;
    };
    expect(result.fixed[4]).toEqual({ overlap: 5, accuracy: expect.closeTo(0.94208, 9) });
    expect(result.expected_labels).toBeCloseTo(1000 * result.expected_reads_per_item, 9);
    // Fewer reads than five, and better than five.
    expect(result.expected_reads_per_item).toBeLessThan(5);
    expect(result.expected_accuracy).toBeGreaterThan(0.94208);
    expect((await quality('overlap', '--accuracy', '0.8')).out).toMatch(/reads per item/);
  });

  it.each([
    [['overlap'], /Expected --accuracy/],
    [['overlap', '--accuracy', '0.8', '--min', '6'], /--min is at most --max/],
    [['overlap', '--accuracy', '0.8', '--classes', '40', '--max', '60'], /Too many classes and reads/],
  ] as const)('refuses %j', async (argv, says) => {
    const answer = await quality(...argv);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });
});

describe('quality sample-size', () => {
  it('says how many gold cases decide and how likely a plan is to decide (R10)', async () => {
    const answer = await quality(
      'sample-size',
      '--truth',
      '0.95',
      '--threshold',
      '0.9',
      '--n',
      '100',
      '--json',
    );
    expect(answer.json()).toMatchObject({ n_needed: 254, plan: { n: 100, pass: expect.closeTo(0.436, 3) } });
    expect((await quality('sample-size', '--truth', '0.9', '--threshold', '0.9')).out).toMatch(/No number/);
  });
});

describe('quality boxes', () => {
  const header = 'image,worker,label,x1,y1,x2,y2,round';
  const goldFile = () => file('image,label,x1,y1,x2,y2\na,cell,0,0,10,10\nb,cell,0,0,10,10\n', 'gold.csv');

  it('scores each worker on the images it annotated, split by a column', async () => {
    const path = file(
      `${header}\na,ann,cell,0,0,10,9,1\na,ann,cell,50,50,60,60,1\nb,ben,other,0,0,10,10,2\n`,
    );
    const result = (await quality('boxes', path, '--gold', goldFile(), '--json')).json() as unknown as {
      annotators: object[];
    };
    expect(result.annotators).toMatchObject([
      {
        annotator: 'ann',
        n_images: 1,
        tp: 1,
        fp: 1,
        fn: 0,
        mean_iou: { value: expect.closeTo(0.9, 9) },
        label_accuracy: { value: 1 },
      },
      { annotator: 'ben', tp: 1, fp: 0, fn: 0, label_accuracy: { value: 0 } },
    ]);
    const split = await quality('boxes', path, '--gold', goldFile(), '--by', 'round', '--json');
    expect(split.json()).toMatchObject({ by: { column: 'round', groups: [{ value: '1' }, { value: '2' }] } });
    expect((await quality('boxes', path, '--gold', goldFile())).out).toMatch(/ann +0\.6667/);
  });

  it.each([
    ['a,ann,cell,10,0,5,9,1', /:2, column x2: expected x2 of at least x1/],
    ['a,ann,cell,0,NaN,5,9,1', /:2, column y1: expected four finite numbers/],
    ['a,ann,cell,0,,5,9,1', /:2, column y1: expected four finite numbers/],
    ['a,,cell,0,0,5,9,1', /:2, column worker: expected an id/],
  ])('refuses the box %s with its place', async (row, says) => {
    const answer = await quality('boxes', file(`${header}\n${row}\n`), '--gold', goldFile(), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });
});

describe('quality spans', () => {
  it('scores spans exactly, by overlap and per unit, and refuses a span that ends before it starts', async () => {
    const gold = file('document,label,start,end\ns1,MISC,3,6\ns2,PER,0,2\n', 'gold.csv');
    const path = file('document,worker,label,start,end\ns1,ann,MISC,2,6\ns2,ann,PER,0,2\n');
    expect((await quality('spans', path, '--gold', gold, '--json')).json()).toMatchObject({
      annotators: [{ annotator: 'ann', exact: { f1: 0.5 }, overlap: { f1: 1 }, unit: { recall: 1 } }],
    });
    const two = file(
      'document,worker,label,start,end\ns1,a,MISC,2,6\ns1,b,MISC,2,6\ns2,a,PER,1,2\ns2,b,PER,1,2\ns3,a,PER,0,1\n',
    );
    expect((await quality('spans', two, '--gold', gold, '--json')).json()).toMatchObject({
      krippendorff_alpha_u: { value: 1, n_items: 2, n_excluded: 1, per_category: { MISC: 1, PER: 1 } },
    });
    const bad = file('document,worker,label,start,end\ns1,ann,MISC,6,6\n');
    expect((await quality('spans', bad, '--gold', gold)).error).toMatch(
      /:2, column end: expected more than the start/,
    );
    expect((await quality('spans', path)).code).toBe(2);
  });
});
