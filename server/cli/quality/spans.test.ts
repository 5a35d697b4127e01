import { describe, expect, it } from 'vitest';
import { file, inOwnFolder, quality, type Result } from './run-quality.fixture.ts';

inOwnFolder();

const spans = (rows: string) => file(`document,worker,label,start,end\n${rows}`);
const goldOf = (rows: string) => file(`document,label,start,end\n${rows}`, 'gold.csv');
const twoDocuments = () => goldOf('s1,MISC,3,6\ns2,PER,0,2\n');

const json = async (path: string, gold: string, ...argv: string[]) =>
  (await quality('spans', path, '--gold', gold, ...argv, '--json')).json();

describe('quality spans', () => {
  it('scores spans exactly, by overlap and per unit', async () => {
    const path = spans('s1,ann,MISC,2,6\ns2,ann,PER,0,2\n');
    expect(await json(path, twoDocuments())).toMatchObject({
      annotators: [{ annotator: 'ann', exact: { f1: 0.5 }, overlap: { f1: 1 }, unit: { recall: 1 } }],
    });
    expect((await quality('spans', path)).code).toBe(2);
    expect((await quality('spans', path, '--gold', twoDocuments())).out).toMatch(/ann +0\.5000/);
  });

  it('refuses spans of several workers given as gold', async () => {
    const gold = file('document,worker,label,start,end\ns1,ann,PER,0,1\ns1,ben,PER,0,1\n', 'several.csv');
    const answer = await quality('spans', spans('s1,ann,PER,0,1\n'), '--gold', gold, '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(/several\.csv:3, column worker: expected gold of one author/);
  });

  it('gives alpha for unitizing between annotators on the documents that all looked at', async () => {
    const path = spans(
      's1,a,MISC,2,6\ns1,b,MISC,2,6\ns2,a,PER,1,2\ns2,b,PER,1,2\ns3,a,PER,0,1\ns4,a,,,\ns4,b,,,\ns5,a,PER,0,3\ns5,b,,,\n',
    );
    const { krippendorff_alpha_u: alpha } = await json(path, twoDocuments());
    expect(alpha).toMatchObject({
      n_items: 3,
      n_excluded: 2,
      excluded: { not_looked_at_by_all: 1, nothing_marked: 1 },
      per_category: { MISC: 1 },
    });
    // The document in which only one of two found something lowers the agreement.
    expect(alpha!.value).toBeLessThan(1);
  });

  it('counts "looked at, nothing found", leaves unknown and unseen documents out, and says so', async () => {
    const gold = goldOf('s1,MISC,3,6\ns2,PER,0,2\ns3,,,\n');
    const path = spans('s1,ann,MISC,3,6\ns2,ann,,,\ns3,ann,MISC,0,1\ns9,ann,MISC,0,4\ns1,ben,MISC,3,6\n');
    const result = await json(path, gold);
    expect(result).toMatchObject({
      n_gold_documents: 3,
      annotators: [
        {
          annotator: 'ann',
          n_documents: 3,
          excluded: { no_gold: 1, not_looked_at: 0 },
          n_spans: 2,
          n_spans_without_gold: 1,
          exact: { tp: 1, fp: 1, fn: 1 },
        },
        { annotator: 'ben', n_documents: 1, excluded: { no_gold: 0, not_looked_at: 2 }, exact: { f1: 1 } },
      ],
    });
    const { error } = await quality('spans', path, '--gold', gold);
    expect(error).toMatch(/1 times a worker looked at a document without gold/);
    expect(error).toMatch(/2 times a worker has no row for a gold document/);
  });

  it('splits by a column', async () => {
    const path = file('document,worker,label,start,end,round\ns1,ann,MISC,3,6,1\ns1,ann,MISC,2,6,2\n');
    const { by } = await json(path, twoDocuments(), '--by', 'round');
    expect(by).toMatchObject({
      column: 'round',
      groups: [
        { value: '1', annotators: [{ exact: { f1: 1 } }] },
        { value: '2', annotators: [{ exact: { f1: 0 } }] },
      ],
    });
    expect((await quality('spans', path, '--gold', twoDocuments(), '--by', 'round')).out).toMatch(
      /round = 2/,
    );
  });

  it('scores long spans, and thousands of spans in one document', async () => {
    const long = Array.from(
      { length: 40 },
      (_, n) => `s1,ann,MISC,${n * 2_000_000},${n * 2_000_000 + 1_500_000}`,
    );
    const far = goldOf('s1,MISC,0,60000000\n');
    const [ann] = (await json(spans(long.join('\n')), far)).annotators as unknown as Result[];
    expect(ann!.unit).toMatchObject({ precision: expect.closeTo(0.75, 9), recall: expect.closeTo(0.75, 9) });
    const many = Array.from({ length: 20_000 }, (_, n) => `MISC,${n * 10},${n * 10 + 6}`);
    const gold = goldOf(many.map((span) => `s1,${span}`).join('\n'));
    const path = spans(many.map((span) => `s1,ann,${span}`).join('\n'));
    expect(await json(path, gold)).toMatchObject({
      annotators: [{ exact: { tp: 20_000 }, overlap: { tp: 20_000, fp: 0, fn: 0 }, unit: { f1: 1 } }],
    });
  });

  it.each([
    ['s1,ann,MISC,6,6', /:2, column end: expected more than the start/],
    ['s1,ann,MISC,-1,6', /:2, column start: expected a whole number from 0/],
    ['s1,ann,MISC,1.5,6', /:2, column start: expected a whole number from 0/],
    ['s1,ann,MISC,,6', /:2, column start: expected a whole number from 0.*nothing found/],
    ['s1,ann,,1,6', /:2, column label: expected a label/],
    [',ann,MISC,1,6', /:2, column document: expected an id/],
    ['s1,ann,MISC,1,6\ns1,ann,,,', /:3, column start: expected spans or one row.*found both/],
  ])('refuses the span %j with its place', async (row, says) => {
    const answer = await quality('spans', spans(`${row}\n`), '--gold', twoDocuments(), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });
});
