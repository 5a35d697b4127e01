import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels, UnusableFile } from './read-labels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'readroom-labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  await writeFile(path.join(folder, 'labels.csv'), text);
  return readLabels(folder);
}

describe('a file of published reads', () => {
  it('is read whole: cases and readers in its order, levels in the order of their scale', async () => {
    const reads = await read('task,worker,label\nb,w2,10\na,w2,9\nb,w1,9\n');
    expect(reads).toMatchObject({ tasks: ['b', 'a'], workers: ['w2', 'w1'], levels: ['9', '10'], reads: 3 });
    expect(reads.answers.get('w2')?.get('a')).toBe('9');
  });

  it('is read from the folder or by its own name, with a byte order mark and in any order of columns', async () => {
    await writeFile(path.join(folder, 'own.csv'), '\uFEFFlabel,worker,task\nbenign,r1,case-1\n');
    expect(await readLabels(path.join(folder, 'own.csv'))).toMatchObject({ tasks: ['case-1'], reads: 1 });
  });

  it('keeps words as they are, sorted as words', async () => {
    expect((await read('task,worker,label\n1,a,"mild, diffuse"\n1,b,absent\n')).levels).toEqual([
      'absent',
      'mild, diffuse',
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['without a column', 'task,worker\n1,a\n', /line 2: the column "label" is empty or missing/],
    ['with a column by another name', 'task,reader,label\n1,a,2\n', /line 2: the column "worker"/],
    ['with an empty label', 'task,worker,label\n1,a,2\n2,a,\n', /line 3: the column "label"/],
    ['with a label of blanks', 'task,worker,label\n1,a,"  "\n', /line 2: the column "label"/],
    [
      'with a second read of a person',
      'task,worker,label\n1,a,2\n1,b,2\n1,a,3\n',
      /line 4: worker a has read task 1 twice/,
    ],
    ['with nothing but its header', 'task,worker,label\n', /holds no reads/],
    ['with nothing at all', '', /holds no reads/],
    ['with a row that is too long', 'task,worker,label\n1,a,2,3\n', /line 2/],
    ['with a quote that never ends', 'task,worker,label\n1,a,"2\n', /quote/i],
    ['with a grade among words', 'task,worker,label\n1,a,2\n2,a,severe\n', /line 3: "severe" is not a grade/],
  ])('%s is refused with what is wrong and where', async (_, text, message) => {
    const refused = read(text);
    await expect(refused).rejects.toBeInstanceOf(UnusableFile);
    await expect(refused).rejects.toThrow(message);
  });

  it('that does not exist is named', async () => {
    await expect(readLabels(path.join(folder, 'nothing.csv'))).rejects.toThrow(
      /There is no file .*nothing\.csv/,
    );
  });
});
