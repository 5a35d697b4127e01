import { describe, expect, test } from 'vitest';
import { factorsOf } from './root-cause-evidence.ts';
import type { TrialContext } from './root-cause-queries.ts';

const context = (taskId: string, isRight: boolean, more: Partial<TrialContext> = {}): TrialContext => ({
  taskId,
  isRight,
  hour: 9,
  origin: 'human',
  prelabelShown: false,
  protocolVersion: 1,
  site: 'A',
  subgroups: {},
  ...more,
});

/** Three reads of each of `cases` cases at a site, all right or all wrong together. */
const site = (name: string, cases: number, wrong: number, of: Partial<TrialContext> = {}) =>
  Array.from({ length: cases }, (_, n) => n).flatMap((n) =>
    [0, 1, 2].map(() => context(`${name}${n}`, n >= wrong, { site: name, ...of })),
  );

describe('circumstances of a root-cause case', () => {
  test('three readers who err on one case together are one piece of evidence, not three', () => {
    // Over reads (18 of 60 wrong against 12 of 120) Fisher gives p < .002; over cases 6 of 20 against 4 of 40 it is chance.
    const [factor] = factorsOf([...site('A', 20, 6), ...site('B', 40, 4)]);
    expect(factor?.factor).toBe('site');
    const level = factor!.levels[0]!;
    expect(level).toMatchObject({ level: 'A', right: 42, n: 60, share: { n: 20 } });
    expect(level.adjustedP).toBeGreaterThan(0.05);
    expect(level.share.interval![1] - level.share.interval![0]).toBeGreaterThan(0.35);
  });

  test('p-values are adjusted over the levels of all circumstances, not within each', () => {
    const one = [...site('A', 30, 12), ...site('B', 30, 3)];
    const alone = factorsOf(one).find((own) => own.factor === 'site')!.levels[0]!.adjustedP!;
    // Six more circumstances of two levels, without any difference: the same finding counts for less.
    const many = one.map((own, index) => ({
      ...own,
      subgroups: Object.fromEntries(['u', 'v', 'w', 'x', 'y', 'z'].map((key) => [key, index % 6 < 3])),
    }));
    const among = factorsOf(many).find((own) => own.factor === 'site')!.levels[0]!.adjustedP!;
    expect(among).toBeGreaterThan(3 * alone);
  });

  test('a level of few cases has its share but is not tested, whatever the number of its reads', () => {
    const few = factorsOf([...site('A', 9, 5), ...site('B', 40, 2)])[0]!.levels.find(
      (level) => level.level === 'A',
    );
    expect(few).toMatchObject({
      n: 27,
      adjustedP: null,
      difference: { value: null, reason: 'small_subgroup' },
    });
  });
});
