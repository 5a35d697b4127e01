import { describe, expect, it } from 'vitest';
import { file, inOwnFolder, labels, quality } from './run-quality.fixture.ts';

inOwnFolder();

const reliability = (path: string, ...argv: string[]) => quality('reliability', path, ...argv, '--json');

describe('numbers', () => {
  const spellings = labelsOf(['1', '1.0', ' 1', '1e0', '+1', '01'], ['2', '2.00', '2 ', '0.2e1', '2.', '02']);

  it.each(['ordinal', 'interval', 'ratio'])(
    'equal numbers are one category on the %s scale',
    async (scale) => {
      const answer = await reliability(labels(spellings), '--scale', scale);
      expect(answer).toMatchObject({ code: 0, error: '' });
      expect(answer.json()).toMatchObject({
        categories: ['1', '2'],
        coefficients: { krippendorff_alpha: { value: 1 } },
      });
    },
  );

  it('also where weights or given categories make them numbers', async () => {
    const weighted = await reliability(labels(spellings), '--weights', 'linear');
    expect(weighted.json()).toMatchObject({ categories: ['1', '2'] });
    const given = await reliability(labels(spellings), '--scale', 'ordinal', '--categories', '1,2.0,3');
    expect(given.json()).toMatchObject({ categories: ['1', '2', '3'] });
  });

  it.each(['0x1', '1,5', '1_000', 'Infinity', '1e999', '--1', '.', '1e', '١'])(
    'refuses %s and says what a number is',
    async (text) => {
      const answer = await reliability(
        file(`task,worker,label\n1,a,1\n1,b,"${text}"\n`),
        '--scale',
        'interval',
      );
      expect(answer).toMatchObject({ code: 2, out: '' });
      expect(answer.error).toMatch(/:3, column label: expected a number in decimal form \(.*no hexadecimal/);
      expect(answer.error).toContain(JSON.stringify(text));
    },
  );

  it('on a nominal scale stay text, with a note when two labels differ only by their spelling', async () => {
    const answer = await reliability(labels('1,a,1\n1,b,1.0\n2,a,Yes\n2,b,yes \n3,a,no\n3,b,no\n'));
    expect(answer.code).toBe(0);
    expect(answer.json().categories).toHaveLength(5);
    expect(answer.error).toMatch(/count as different: "1" and "1\.0"; "Yes" and "yes "/);
    expect(answer.json().warnings).toHaveLength(1);
    expect((await reliability(labels('1,a,yes\n1,b,no\n'))).error).toBe('');
  });

  it('a note when ids differ only by white space', async () => {
    const answer = await reliability(labels('1,a,x\n1,a ,x\n2,a,y\n'));
    expect(answer.error).toMatch(
      /1 ids of column worker differ from another only by white space.*"a" and "a "/,
    );
    // A control character is none.
    expect((await reliability(labels('1,a,x\n1,b,x\n1\0,a,y\n1\0,b,y\n'))).error).toBe('');
  });
});

/** One task per place in the lists; workers are numbered. */
function labelsOf(...tasks: ReadonlyArray<readonly string[]>): string {
  return tasks
    .flatMap((answers, task) => answers.map((answer, worker) => `${task},${worker},${answer}`))
    .join('\n');
}

describe('missing labels', () => {
  const words = ['', ' ', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'null', 'NULL', 'None', ' NA '];

  it('are known by a documented list of words and counted by word', async () => {
    const answer = await reliability(labels(labelsOf([...words, 'x', 'x'], ['y', 'y'])));
    expect(answer.json()).toMatchObject({
      n_missing: words.length,
      n_labels: 4,
      categories: ['x', 'y'],
      missing: { '': 2, na: 2, 'n/a': 2, '#n/a': 1, '<na>': 1, nan: 2, null: 2, none: 1 },
    });
    const people = await quality('reliability', labels(labelsOf(['NA', '', 'x', 'x'], ['y', 'y'])));
    expect(people.out).toMatch(/2 missing labels left out \("na" 1, empty 1\)/);
    expect((await quality('reliability', '--help')).out).toContain(
      'NA,N/A,n/a,#N/A,<NA>,NaN,nan,null,NULL,None',
    );
  });

  it('are those that --missing names; an empty label always is', async () => {
    const path = labels(labelsOf(['NA', 'unsure', '', 'x'], ['y', 'y', 'y', 'y']));
    expect((await reliability(path, '--missing', 'unsure')).json()).toMatchObject({
      n_missing: 2,
      categories: ['NA', 'x', 'y'],
    });
    expect((await reliability(path, '--missing', '')).json()).toMatchObject({
      n_missing: 1,
      categories: ['NA', 'unsure', 'x', 'y'],
    });
  });

  it('are not those that --categories names: "None" can be a finding', async () => {
    const path = labels(labelsOf(['None', 'Mild'], ['None', 'None']));
    expect((await reliability(path)).json()).toMatchObject({ n_missing: 3 });
    expect((await reliability(path, '--categories', 'None,Mild')).json()).toMatchObject({
      n_missing: 0,
      categories: ['None', 'Mild'],
    });
  });

  it('count on numeric scales too, with white space around them', async () => {
    const path = labels(labelsOf(['1', ' NA', '2'], ['3', '3', '  ']));
    expect((await reliability(path, '--scale', 'interval')).json()).toMatchObject({ n_missing: 2 });
  });

  it('in a consensus leave the task its row', async () => {
    const answer = await quality('consensus', labels('1,a,NA\n2,a,x\n'), '--method', 'majority', '--json');
    expect(answer.json()).toMatchObject({ n_items: 2, n_labels: 1, n_missing: 1, missing: { na: 1 } });
  });
});

describe('several labels of one worker for one task', () => {
  const path = () => labels('1,b,x\n1,a,x\n2,a,y\n1,a,z\n2,b,y\n2,b,y\n');
  const found = {
    n_duplicates: 2,
    duplicates: {
      n: 2,
      n_conflicting: 1,
      first_conflicts: [{ task: '1', worker: 'a', labels: ['x', 'z'], lines: [3, 5] }],
    },
  };

  it('count once in agreement, the first, and once each in a consensus; both say so, with the lines that conflict', async () => {
    const agreement = await reliability(path());
    expect(agreement.json()).toMatchObject({ ...found, n_labels: 4, duplicates: { rule: 'first' } });
    const consensus = await quality('consensus', path(), '--method', 'majority', '--json');
    expect(consensus.json()).toMatchObject({ ...found, n_labels: 6, duplicates: { rule: 'keep' } });
    const said = 'lines 3, 5, task "1", worker "a": "x", "z"';
    expect((await quality('reliability', path())).out).toContain(
      `2 repeated labels of the same worker for the same task: the first answer counts (agreement compares people, so each has one answer; quality consensus counts every answer unless told otherwise); 1 differ, the first: ${said}`,
    );
    const people = await quality('consensus', path(), '--method', 'majority');
    expect(people.out).toMatch(
      /every answer counts as a read of its own \(.*quality reliability takes the first.*\); 1 differ, the first/,
    );
  });

  it('are governed by one option in both commands', async () => {
    for (const command of [['reliability'], ['consensus', '--method', 'majority']] as const) {
      const [name, ...argv] = command;
      for (const [rule, z] of [
        ['first', 0],
        ['last', 0.25],
      ] as const) {
        const answer = await quality(name, path(), ...argv, '--duplicates', rule, '--json');
        expect(answer.json()).toMatchObject({ n_labels: 4, duplicates: { rule, n: 2 } });
        const isAskedFor = name === 'consensus' || rule === 'last';
        if (isAskedFor) expect(answer.json().duplicates).toMatchObject({ why: null });
        if (name === 'reliability') expect(answer.json().prevalence).toMatchObject({ z });
      }
      const refused = await quality(name, path(), ...argv, '--duplicates', 'refuse', '--json');
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.error).toMatch(
        /:5, column worker: expected one answer per task; worker "a" has answered task "1" before \(line 3\)/,
      );
    }
  });

  it('are none when the first label is missing', async () => {
    expect((await reliability(labels('1,a,\n1,a,x\n1,b,x\n'))).json()).toMatchObject({ n_duplicates: 0 });
  });
});
