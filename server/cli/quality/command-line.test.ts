import { describe, expect, it } from 'vitest';
import { helpOf } from './help.ts';
import { inOwnFolder, quality } from './run-quality.fixture.ts';

inOwnFolder();

describe('the command line of quality', () => {
  it.each([[['--help']], [['help']], [['consensus', '--help']], [['help', 'boxes']]])(
    '%j prints how to use it',
    async (argv) => {
      expect(await quality(...argv)).toMatchObject({
        code: 0,
        error: '',
        out: expect.stringContaining('Usage'),
      });
    },
  );

  it.each(Object.keys(helpOf))(
    '%s --help names every option that the command takes, and no other',
    async (name) => {
      const { out } = await quality(name, '--help');
      const named = [...new Set(out.match(/--[a-z][a-z-]+/g))].filter((option) => option !== '--help');
      const values: Record<string, string> = { '--gold': 'g', '--by': 'site', '--scale': 'ordinal' };
      for (const option of named) {
        const argv = ['reliability', 'consensus', 'boxes', 'spans'].includes(name) ? ['none.csv'] : [];
        const isFlag = ['--json', '--multi', '--anchor-gold'].includes(option);
        const { error } = await quality(
          name,
          ...argv,
          ...(isFlag ? [option] : [option, values[option] ?? '1']),
        );
        expect(error).not.toMatch(/Unknown option|does not take an argument/);
      }
    },
  );

  it.each([
    [['reliability', 'a.csv', '--scale', 'weird'], /--scale is one of/],
    [['reliability', 'a.csv', '--ci', '1.5'], /--ci is a number between 0 and 1/],
    [['reliability', 'a.csv', '--ci', '0x1p-1'], /--ci is a number between 0 and 1/],
    [['reliability', 'a.csv', '--wrong'], /--wrong/],
    [['reliability'], /Expected one file/],
    [['consensus', 'a.csv', '--method', 'vote'], /--method is one of/],
    [['reliability', 'a.csv', '--by', 'worker'], /--by names a further column/],
    [['reliability', 'a.csv', '--by', 'site?'], /--by names a further column/],
    [['boxes', 'a.csv', '--gold', 'b.csv', '--by', 'label'], /--by names a further column/],
    [['reliability', 'a.csv', '--method', 'guess'], /--method is one of/],
    [['reliability', 'a.csv', '--weights', 'cubic'], /--weights is one of/],
    [['reliability', 'a.csv', '--seed', '-1'], /--seed/],
    [['reliability', 'a.csv', '--duplicates', 'keep'], /--duplicates is one of first, last, refuse/],
    [['reliability', 'a.csv', '--missing', 'NA,,x'], /--missing is a comma-separated list/],
    [['reliability', 'a.csv', '--multi', '--scale', 'ordinal'], /--multi compares sets/],
    [['reliability', 'a.csv', '--separator', ';'], /--separator goes with --multi/],
    [['reliability', 'a.csv', '--scale', 'ratio', '--categories', 'a,b'], /--categories are numbers/],
    [['consensus', 'a.csv', '--method', 'majority', '--starts', '3'], /--starts goes with --method one-coin/],
    [['consensus', 'a.csv', '--method', 'wawa', '--smoothing', '1'], /--smoothing goes with --method/],
    [['consensus', 'a.csv', '--method', 'dawid-skene', '--smoothing', 'much'], /--smoothing is one or two/],
    [
      ['consensus', 'a.csv', '--method', 'glad', '--scale', 'ordinal'],
      /--scale goes with --method dawid-skene/,
    ],
    [['consensus', 'a.csv', '--method', 'dawid-skene', '--anchor-gold'], /--anchor-gold needs --gold FILE/],
    [['consensus', 'a.csv', '--gold', 'b.csv', '--anchor-gold'], /--anchor-gold goes with --method/],
    [['boxes', 'a.csv', '--gold', 'b.csv', '--iou', '0'], /--iou is a number above 0 and at most 1/],
    [['boxes', 'a.csv', '--gold', 'b.csv', '--iou', '1.1'], /--iou is a number above 0 and at most 1/],
    [['boxes', 'a.csv'], /Expected --gold FILE/],
    // Seeds that differ by 2³² would draw the same.
    [['reliability', 'a.csv', '--seed', '4294967297'], /--seed is a whole number from 0 to 4294967295/],
    [['consensus', 'a.csv', '--seed', '1.5'], /--seed is a whole number from 0 to 4294967295/],
    [['consensus', ''], /Expected one file/],
    [['consensus', 'a.csv', '--out', ''], /--out names a file; found nothing/],
    [['consensus', 'a.csv', '--gold', ''], /--gold names a file; found nothing/],
    [['spans', 'a.csv', '--gold', ''], /--gold names a file; found nothing/],
    [['sample-size'], /Expected --truth/],
    [['constructor'], /There is no quality command "constructor"[\s\S]*Usage/],
  ] as const)('refuses %j', async (argv, says) => {
    const answer = await quality(...argv);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });
});
