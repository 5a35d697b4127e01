import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anaesthesiaReads } from '#server/quality/published-reads.fixture.ts';
import { syntheticRead } from '#server/quality/synthetic-reads.ts';
import { csv, file, inOwnFolder, labels, pathTo, quality, type Result } from './run-quality.fixture.ts';

inOwnFolder();

const goldOf = (rows: string) => file(`task,label\n${rows}`, 'gold.csv');

describe('quality consensus', () => {
  it('reproduces Dawid & Skene and writes task, label, confidence and one probability per category', async () => {
    const out = pathTo('out.csv');
    const path = file(csv(anaesthesiaReads));
    const answer = await quality('consensus', path, '--method', 'dawid-skene', '--out', out, '--json');
    expect(answer.json()).toMatchObject({
      method: 'dawid-skene',
      n_items: 45,
      n_annotators: 5,
      n_labels: 315,
      log_likelihood: expect.closeTo(-190.7309966, 4),
      converged: true,
      gold: null,
    });
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('task,label,confidence,p_1,p_2,p_3,p_4');
    expect(lines[2]).toMatch(/^2,4,/);
    expect(lines).toHaveLength(46);
    expect(readdirSync(pathTo()).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('measures accuracy on gold and explains an automatic choice', async () => {
    const path = file(csv(anaesthesiaReads));
    const gold = goldOf(Array.from({ length: 30 }, (_, i) => `${i + 1},2`).join('\n'));
    const answer = await quality('consensus', path, '--gold', gold, '--json');
    expect(answer.json()).toMatchObject({ gold: { n: 30, ci: [expect.any(Number), expect.any(Number)] } });
    expect(answer.out).toContain('of 30 gold items');
    const people = await quality('consensus', path, '--gold', gold, '--method', 'majority');
    expect(people.out).toMatch(/Accuracy on 30 gold items/);
  });

  it('reports what majority would reach if ties were broken by lot', async () => {
    const path = labels('1,a,x\n1,b,y\n2,a,x\n2,b,x\n');
    const answer = await quality(
      'consensus',
      path,
      '--method',
      'majority',
      '--gold',
      goldOf('1,x\n2,x\n'),
      '--json',
    );
    expect(answer.json()).toMatchObject({ gold: { n: 2, accuracy: 1, random_tie_accuracy: 0.75 } });
  });

  it('keeps ids with commas, quotes, line breaks and Unicode whole in what it writes', async () => {
    const out = pathTo('out.csv');
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

describe('gold', () => {
  it('of unknown tasks is counted and said, and its labels are no categories', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n');
    const gold = goldOf('1,x\n2,y\n3,zebra\n4,x\n');
    const answer = await quality('consensus', path, '--method', 'one-coin', '--gold', gold, '--json');
    expect(answer.json()).toMatchObject({
      categories: ['x', 'y'],
      gold: { n: 2, accuracy: 1, n_gold: 4, n_gold_unknown: 2, n_gold_outside_categories: 0 },
    });
    expect(answer.error).toMatch(/2 of 4 gold tasks are not in the label file/);
    const people = await quality('consensus', path, '--method', 'majority', '--gold', gold);
    expect(people.out).toMatch(/2 of 4 gold tasks are not in the label file/);
  });

  it('with a label that nobody gave is said, counts as wrong, and changes nothing else', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n');
    const gold = goldOf('1,x\n2,Y\n');
    for (const method of ['majority', 'dawid-skene']) {
      const answer = await quality('consensus', path, '--method', method, '--gold', gold, '--json');
      expect(answer.json()).toMatchObject({
        categories: ['x', 'y'],
        gold: { n: 2, accuracy: 0.5, n_gold_outside_categories: 1, labels_outside_categories: ['Y'] },
      });
      expect(answer.error).toMatch(/1 gold tasks have a label that nobody gave \("Y"\)/);
    }
    const given = ['--categories', 'x,y,Y', '--method', 'majority', '--json'];
    expect((await quality('consensus', path, '--gold', gold, ...given)).json()).toMatchObject({
      categories: ['x', 'y', 'Y'],
      gold: { n_gold_outside_categories: 0 },
    });
  });

  it('outside the given categories, missing, or naming a task twice is refused with its line', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,y\n');
    for (const [rows, says] of [
      ['1,x\n2,z\n', /gold\.csv:3, column label: expected one of x, y; found "z"/],
      ['1,x\n2,NA\n', /gold\.csv:3, column label: expected the known label, found NA/],
      ['1,x\n2,\n', /gold\.csv:3, column label: expected the known label, found nothing/],
      ['1,x\n1,y\n', /gold\.csv:3, column task: expected each task once/],
    ] as const) {
      const answer = await quality(
        'consensus',
        path,
        '--gold',
        goldOf(rows),
        '--categories',
        'x,y',
        '--json',
      );
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(says);
    }
  });

  it('of tasks that nobody answered measures nothing, and is counted', async () => {
    const path = labels('1,a,x\n1,b,x\n2,a,\n');
    const answer = await quality(
      'consensus',
      path,
      '--method',
      'wawa',
      '--gold',
      goldOf('1,x\n2,x\n'),
      '--json',
    );
    expect(answer.json()).toMatchObject({ gold: { n: 1, accuracy: 1, n_gold_unanswered: 1 } });
    expect(answer.error).toMatch(/1 of 2 gold tasks have no answer and measure nothing/);
    const none = await quality('consensus', path, '--method', 'wawa', '--gold', goldOf('9,x\n'), '--json');
    expect(none.json()).toMatchObject({ gold: { n: 0, accuracy: null, reason: 'no_reference' } });
  });
});

describe('labels that are too many for a consensus', () => {
  it('are refused with what to do: most likely the column is another one', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},w${row % 9},free text ${row}`);
    for (const method of ['majority', 'dawid-skene', 'mace', 'glad', 'auto']) {
      const answer = await quality('consensus', labels(rows.join('\n')), '--method', method, '--json');
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(/20000 items × 20000 categories are too many.*right one/);
    }
    const wide = labels(rows.slice(0, 3000).join('\n'));
    for (const method of ['one-coin', 'dawid-skene', 'mace']) {
      const answer = await quality('consensus', wide, '--method', method, '--json');
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(/Too many categories and annotators for a confusion matrix each/);
    }
  });

  it('leave large confusion matrices out of the JSON object, and say so', async () => {
    const rows = Array.from({ length: 6000 }, (_, row) => `${row % 2000},w${row % 60},c${row % 300}`);
    const answer = await quality('consensus', labels(rows.join('\n')), '--method', 'dawid-skene', '--json');
    const [first] = answer.json().annotators as unknown as Result[];
    expect(first).toMatchObject({ confusion: null, confusion_reason: 'too_many_cells' });
    expect(first!.accuracy).toBeGreaterThan(0);
  });
});

describe('the engine’s options', () => {
  const synthetic = (n = 3000, classes = 3) =>
    labels(
      Array.from({ length: n }, (_, row) => {
        const { item, rater, value } = syntheticRead(row, classes);
        return `${item},${rater % 40},${value}`;
      }).join('\n'),
    );
  const run = async (...argv: string[]) => (await quality('consensus', ...argv, '--json')).json();

  it('--smoothing keeps error rates of few reads away from 0 and 1', async () => {
    const path = labels('1,a,x\n1,b,x\n1,c,y\n2,a,y\n2,b,y\n2,c,y\n3,a,x\n3,b,y\n3,c,x\n');
    const plain = await run(path, '--method', 'dawid-skene');
    const smooth = await run(path, '--method', 'dawid-skene', '--smoothing', '1,0.1');
    const least = (result: typeof plain) =>
      Math.min(
        ...(result.annotators as unknown as Array<{ confusion: number[][] }>).flatMap((a) =>
          a.confusion.flat(),
        ),
      );
    expect(least(plain)).toBeLessThan(1e-6);
    expect(least(smooth)).toBeGreaterThan(0.01);
    expect(smooth).toMatchObject({
      options: { estimator: 'dawid_skene:smoothed', smoothing: { diagonal: 1, off_diagonal: 0.1 } },
    });
  });

  it('--scale ordinal expects near errors rather than far ones, and takes numbers as numbers', async () => {
    const path = labels('1,a,1\n1,b,1.0\n1,c,2\n2,a,4\n2,b,4\n2,c,4\n3,a,2\n3,b,2\n3,c,3\n');
    const result = await run(path, '--method', 'dawid-skene', '--scale', 'ordinal');
    expect(result).toMatchObject({ categories: ['1', '2', '3', '4'], options: { scale: 'ordinal' } });
    const [first] = result.annotators as unknown as Array<{ confusion: number[][] }>;
    const [row = []] = first!.confusion;
    expect(row[0]).toBeGreaterThan(row[1]!);
    expect(row[1]).toBeGreaterThan(row[2]!);
    expect(row[2]).toBeGreaterThan(row[3]!);
  });

  it('--starts finds the likelier solution of Dawid & Skene’s data, the same one with the same seed', async () => {
    const path = file(csv(anaesthesiaReads));
    const argv = [path, '--method', 'dawid-skene', '--starts', '40'];
    const one = await run(...argv, '--seed', '3');
    expect(one.log_likelihood as unknown as number).toBeGreaterThan(-190.73);
    expect((await run(...argv, '--seed', '3')).log_likelihood).toBe(one.log_likelihood);
  });

  it('--max-iterations stops early and says so', async () => {
    const result = await run(synthetic(), '--method', 'dawid-skene', '--max-iterations', '2');
    expect(result).toMatchObject({ iterations: 2, converged: false });
  });

  it.each(['one-coin', 'dawid-skene', 'mace', 'glad'])(
    '--anchor-gold lets %s see the gold, and measures it on gold held out',
    async (method) => {
      const path = synthetic();
      const known = Array.from({ length: 60 }, (_, item) => `${item},${item % 3}`).join('\n');
      // The gold contradicts the readers on purpose: only a method that sees it can repeat it.
      const plain = await run(path, '--method', method, '--gold', goldOf(known));
      const out = pathTo('out.csv');
      const anchored = await run(
        path,
        '--method',
        method,
        '--gold',
        goldOf(known),
        '--anchor-gold',
        '--out',
        out,
      );
      const written = readFileSync(out, 'utf8').split('\n').slice(1, 61);
      expect(written.filter((line, item) => line.split(',')[1] === `${item % 3}`)).toHaveLength(60);
      expect(anchored.gold).toMatchObject({ n: 60, how: 'held_out_folds' });
      expect(anchored.gold!.accuracy as unknown as number).toBeLessThan(0.7);
      expect(plain.gold).toMatchObject({ n: 60, how: 'not_seen_by_the_method' });
      const people = await quality(
        'consensus',
        path,
        '--method',
        method,
        '--gold',
        goldOf(known),
        '--anchor-gold',
      );
      expect(people.out).toMatch(/Accuracy on 60 gold items, each held out from its anchors/);
    },
  );

  it('auto passes options on to the methods that have them', async () => {
    const result = await run(synthetic(), '--starts', '2', '--smoothing', '1,0.1', '--max-iterations', '50');
    expect(result).toMatchObject({ converged: true, options: { starts: 2 } });
  });
});

describe('what consensus writes', () => {
  it('is nothing for a bad file', async () => {
    const out = pathTo('out.csv');
    const answer = await quality('consensus', file('task,worker,label\n1,a\n'), '--out', out);
    expect(answer.code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it('never goes over what it reads, nor over what is not a file; a link stays a link', async () => {
    const text = 'task,worker,label\n1,a,x\n1,b,x\n';
    const path = file(text);
    const gold = goldOf('1,x\n');
    symlinkSync(path, pathTo('same.csv'));
    for (const out of [path, gold, pathTo('same.csv')]) {
      const answer = await quality('consensus', path, '--method', 'majority', '--gold', gold, '--out', out);
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(/is read by this command; choose another file for --out/);
    }
    expect(readFileSync(path, 'utf8')).toBe(text);
    const folder = await quality('consensus', path, '--method', 'majority', '--out', pathTo());
    expect(folder.error).toMatch(/is not a file/);
    const old = file('old', 'old.csv');
    symlinkSync(old, pathTo('link.csv'));
    await quality('consensus', path, '--method', 'majority', '--out', pathTo('link.csv'));
    expect(lstatSync(pathTo('link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(old, 'utf8')).toMatch(/^task,label,confidence/);
  });

  it('is refused, and leaves nothing behind, where it cannot be written', async () => {
    mkdirSync(pathTo('place'));
    const answer = await quality(
      'consensus',
      labels('1,a,x\n'),
      '--method',
      'majority',
      '--out',
      pathTo('none/out.csv'),
    );
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(/cannot be written: there is no folder/);
    // Before the labels are even read: nobody computes an hour for it.
    const early = await quality('consensus', pathTo('no-labels.csv'), '--out', pathTo('none/out.csv'));
    expect(early.error).toMatch(/there is no folder/);
    const full = await quality('consensus', labels('1,a,x\n'), '--method', 'majority', '--out', '/dev/full');
    expect(full.code).toBe(2);
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
      const out = pathTo('out.csv');
      const answer = await quality('consensus', labels(rows), '--method', method, '--out', out, '--json');
      expect(answer.code).toBe(0);
      expect(answer.json()).toMatchObject({ ...says, converged: true });
      expect(answer.out).not.toContain('NaN');
      const lines = readFileSync(out, 'utf8').trim().split('\n');
      expect(lines).toHaveLength(1 + (answer.json().n_items as unknown as number));
      expect(lines.join()).not.toContain('NaN');
      // A task without an answer keeps its row, without a label.
      if (says === files[3].says) expect(lines[1]).toBe('1,,');
    },
  );
});
