import { describe, expect, it } from 'vitest';
import { multiLabelAlpha, perLabelAgreement } from '#server/quality/multi-label-alpha.ts';
import { file, inOwnFolder, labels, quality } from './run-quality.fixture.ts';

inOwnFolder();

const answers = [
  ['1', 'a', 'effusion|oedema'],
  ['1', 'b', 'oedema | effusion'],
  ['2', 'a', 'effusion'],
  ['2', 'b', 'effusion|nodule'],
  ['3', 'a', '|'],
  ['3', 'b', 'nodule'],
  ['4', 'a', 'nodule'],
  ['4', 'b', 'nodule|nodule'],
  ['5', 'a', 'oedema'],
  ['5', 'b', ''],
] as const;
const rows = answers.map((row) => row.join(',')).join('\n');
const reads = answers.map(([item, rater, text]) => ({
  item,
  rater,
  labels:
    text === ''
      ? null
      : text
          .split('|')
          .map((label) => label.trim())
          .filter(Boolean),
}));

describe('quality reliability --multi', () => {
  it('compares sets of labels by MASI and Jaccard, and each label by itself', async () => {
    const answer = await quality('reliability', labels(rows), '--multi', '--json');
    expect(answer).toMatchObject({ code: 0, error: '' });
    const result = answer.json();
    expect(result).toMatchObject({
      scale: 'multi',
      n_labels: 9,
      n_missing: 1,
      categories: ['effusion', 'nodule', 'oedema'],
    });
    for (const distance of ['masi', 'jaccard'] as const) {
      const expected = multiLabelAlpha(reads, { distance, interval: 'analytic' });
      expect(result.coefficients![`${distance}_alpha`]).toMatchObject({
        value: expected.value,
        se: expected.se,
      });
    }
    const [effusion] = perLabelAgreement(reads, ['effusion']);
    expect(result.per_label!.effusion).toMatchObject({
      prevalence: effusion!.prevalence,
      fleiss_kappa: { value: effusion!.kappa.value },
      gwet_ac: { value: effusion!.ac1.value },
    });
  });

  it('takes another separator, the list of labels, groups, and a table for people', async () => {
    const path = file(`task,worker,label,site\n${rows.replaceAll('|', ';').replaceAll(/$/gm, ',north')}`);
    const argv = ['--multi', '--separator', ';', '--categories', 'effusion,nodule,oedema,tumour'];
    const result = (await quality('reliability', path, ...argv, '--by', 'site', '--json')).json();
    expect(result.per_label!.tumour).toMatchObject({
      prevalence: 0,
      fleiss_kappa: { reason: 'one_category' },
    });
    expect(result.by).toMatchObject({ groups: [{ value: 'north', n_labels: 9 }] });
    const people = await quality('reliability', path, ...argv);
    expect(people.out).toMatch(/masi_alpha +0\.\d{4}/);
    expect(people.out).toMatch(/tumour +0\.0 %/);
  });

  it('refuses a label outside the list with its line', async () => {
    const answer = await quality('reliability', labels(rows), '--multi', '--categories', 'effusion,oedema');
    expect(answer.code).toBe(2);
    expect(answer.error).toMatch(/:5, column label: expected one of effusion, oedema, or several with \|/);
  });

  it('bootstraps with its seed', async () => {
    const run = (seed: string) =>
      quality(
        'reliability',
        labels(rows),
        '--multi',
        '--method',
        'bootstrap',
        '--resamples',
        '100',
        '--seed',
        seed,
        '--json',
      );
    expect((await run('5')).out).toBe((await run('5')).out);
    expect((await run('5')).out).not.toBe((await run('6')).out);
  });
});
