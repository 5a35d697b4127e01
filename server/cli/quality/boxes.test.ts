import { describe, expect, it } from 'vitest';
import { file, inOwnFolder, quality, type Result } from './run-quality.fixture.ts';

inOwnFolder();

const boxes = (rows: string) => file(`image,worker,label,x1,y1,x2,y2,round\n${rows}`);
const goldOf = (rows: string) => file(`image,label,x1,y1,x2,y2\n${rows}`, 'gold.csv');
const twoImages = () => goldOf('a,cell,0,0,10,10\nb,cell,0,0,10,10\n');

async function annotators(path: string, gold: string, ...argv: string[]): Promise<Result[]> {
  const answer = await quality('boxes', path, '--gold', gold, ...argv, '--json');
  return answer.json().annotators as unknown as Result[];
}

describe('quality boxes', () => {
  it('scores each worker on the images it annotated, split by a column', async () => {
    const path = boxes('a,ann,cell,0,0,10,9,1\na,ann,cell,50,50,60,60,1\nb,ben,other,0,0,10,10,2\n');
    expect(await annotators(path, twoImages())).toMatchObject([
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
    const split = await quality('boxes', path, '--gold', twoImages(), '--by', 'round', '--json');
    expect(split.json()).toMatchObject({ by: { column: 'round', groups: [{ value: '1' }, { value: '2' }] } });
    expect((await quality('boxes', path, '--gold', twoImages())).out).toMatch(/ann +0\.6667/);
  });

  it('takes a row without numbers as "looked at, nothing found": its gold boxes are missed', async () => {
    const path = boxes('a,ann,cell,0,0,10,10,1\nb,ann,cell,,,,,1\na,ben,cell,0,0,10,10,1\nb,ben,,,,,,1\n');
    expect(await annotators(path, twoImages())).toMatchObject([
      { annotator: 'ann', n_images: 2, tp: 1, fp: 0, fn: 1, recall: { value: 0.5 } },
      { annotator: 'ben', n_images: 2, tp: 1, fp: 0, fn: 1 },
    ]);
  });

  it('takes a gold row with the image alone as "there is nothing": boxes there are false', async () => {
    const gold = goldOf('a,cell,0,0,10,10\nc,,,,,\n');
    const path = boxes(
      'a,ann,cell,0,0,10,10,1\nc,ann,cell,1,1,2,2,1\na,ben,cell,0,0,10,10,1\nc,ben,,,,,,1\n',
    );
    expect(await annotators(path, gold)).toMatchObject([
      { annotator: 'ann', n_images: 2, tp: 1, fp: 1, fn: 0, precision: { value: 0.5 } },
      { annotator: 'ben', n_images: 2, tp: 1, fp: 0, fn: 0, precision: { value: 1 } },
    ]);
    const nothing = boxes('c,ben,,,,,,1\n');
    expect(await annotators(nothing, gold)).toMatchObject([
      { tp: 0, fp: 0, fn: 0, f1: { value: null, reason: 'no_boxes' } },
    ]);
  });

  it('leaves images without gold out, and gold images that the worker has no row for, and counts both', async () => {
    const path = boxes('a,ann,cell,0,0,10,10,1\nx,ann,cell,0,0,10,10,1\nx,ann,cell,5,5,9,9,1\n');
    const [ann] = await annotators(path, twoImages());
    expect(ann).toMatchObject({
      n_images: 1,
      n_images_excluded: 2,
      excluded: { no_gold: 1, not_looked_at: 1 },
      n_boxes: 1,
      n_boxes_without_gold: 2,
      tp: 1,
      fp: 0,
      fn: 0,
    });
    const { error } = await quality('boxes', path, '--gold', twoImages());
    expect(error).toMatch(/1 times a worker looked at an image without gold/);
    expect(error).toMatch(/1 times a worker has no row for a gold image: taken as not looked at/);
  });

  it('refuses boxes of several workers given as gold; a column worker with one author is ignored', async () => {
    const path = boxes('a,ann,cell,0,0,10,10,1\n');
    const several = await quality(
      'boxes',
      path,
      '--gold',
      file(
        `image,worker,label,x1,y1,x2,y2
a,ann,cell,0,0,10,10\na,ben,cell,0,0,10,10\n`,
        'several.csv',
      ),
      '--json',
    );
    expect(several).toMatchObject({ code: 2, out: '' });
    expect(several.error).toMatch(
      /several\.csv:3, column worker: expected gold of one author.*"ben" after "ann"/,
    );
    const one = file('image,worker,label,x1,y1,x2,y2\na,expert,cell,0,0,10,10\n', 'one.csv');
    expect(await annotators(path, one)).toMatchObject([{ tp: 1, fp: 0, fn: 0 }]);
  });

  it('takes an overlap of exactly 1', async () => {
    const path = boxes('a,ann,cell,0,0,10,10,1\nb,ann,cell,0,0,10,9,1\n');
    expect(await annotators(path, twoImages(), '--iou', '1')).toMatchObject([{ tp: 1, fp: 1, fn: 1 }]);
  });

  it('gives no interval without width', async () => {
    const path = boxes('a,ann,cell,0,0,10,10,1\nb,ann,cell,0,0,10,10,1\n');
    expect(await annotators(path, twoImages())).toMatchObject([
      { f1: { value: 1, ci: null, ci_reason: 'no_variation_between_items' } },
    ]);
  });

  it('matches thousands of boxes in one image', async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => `${(n % 100) * 20},${Math.floor(n / 100) * 20}`);
    const corners = rows.map((corner) => {
      const [x = 0, y = 0] = corner.split(',').map(Number);
      return `${x},${y},${x + 12},${y + 12}`;
    });
    const gold = goldOf(corners.map((box) => `a,cell,${box}`).join('\n'));
    const path = boxes(corners.map((box) => `a,ann,cell,${box},1`).join('\n'));
    expect(await annotators(path, gold)).toMatchObject([{ tp: 5000, fp: 0, fn: 0 }]);
  });

  it.each([
    ['a,ann,cell,10,0,5,9,1', /:2, column x2: expected x2 of at least x1/],
    ['a,ann,cell,0,10,5,9,1', /:2, column y2: expected y2 of at least y1/],
    ['a,ann,cell,0,NaN,5,9,1', /:2, column y1: expected four finite numbers/],
    ['a,ann,cell,0,,5,9,1', /:2, column y1: expected four finite numbers/],
    ['a,ann,cell,0,0x1,5,9,1', /:2, column y1: expected four finite numbers.*no hexadecimal/],
    ['a,ann,cell,NA,NA,NA,NA,1', /:2, column x1: expected four finite numbers/],
    ['a,ann,,0,0,5,9,1', /:2, column label: expected a label/],
    ['a,,cell,0,0,5,9,1', /:2, column worker: expected an id/],
    ['a,ann,cell,0,0,5,9,1\na,ann,,,,,,1', /:3, column x1: expected boxes or one row.*found both/],
    ['a,ann,,,,,,1\na,ann,cell,0,0,5,9,1', /:3, column x1: expected boxes or one row.*found both/],
  ])('refuses the box %j with its place', async (row, says) => {
    const answer = await quality('boxes', boxes(`${row}\n`), '--gold', twoImages(), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });
});
