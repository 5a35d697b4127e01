import { describe, expect, it } from 'vitest';
import { inOwnFolder, quality } from './run-quality.fixture.ts';

inOwnFolder();

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
    [['overlap', '--accuracy', '0.8', '--max', '101'], /--max is a whole number from 1 to 100/],
    [['overlap', '--accuracy', '0.8', '--classes', '40', '--max', '60'], /Too many classes and reads/],
    [['overlap', '--accuracy', '0.5'], /--accuracy is more than 1\/2 \(0\.5\), what guessing/],
    [['overlap', '--accuracy', '0.2', '--classes', '4'], /--accuracy is more than 1\/4 \(0\.25\)/],
  ] as const)('refuses %j', async (argv, says) => {
    const answer = await quality(...argv);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });

  it('takes an accuracy that only just beats guessing', async () => {
    expect(await quality('overlap', '--accuracy', '0.26', '--classes', '4')).toMatchObject({ code: 0 });
  });
});

describe('quality sample-size', () => {
  const size = (...argv: string[]) => quality('sample-size', ...argv, '--json');

  it('says how many gold cases decide and how likely a plan is to decide (R10)', async () => {
    const answer = await size('--truth', '0.95', '--threshold', '0.9', '--n', '100');
    expect(answer.json()).toMatchObject({
      n_needed: 254,
      reason: null,
      plan: { n: 100, pass: expect.closeTo(0.436, 3) },
    });
    expect((await quality('sample-size', '--truth', '0.9', '--threshold', '0.9')).out).toMatch(/No number/);
  });

  it('gives a reason where no number decides', async () => {
    expect((await size('--truth', '0.9', '--threshold', '0.9')).json()).toMatchObject({
      n_needed: null,
      reason: 'truth_equals_threshold',
      plan: null,
    });
    expect((await size('--truth', '0.901', '--threshold', '0.9')).json()).toMatchObject({
      n_needed: null,
      reason: 'more_than_5000',
    });
  });

  it('names the option that is wrong', async () => {
    const answer = await size('--truth', '0.95', '--threshold', '0.9', '--n', '1000000');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(/^--n is a whole number from 1 to 100000; found "1000000"/);
  });
});
