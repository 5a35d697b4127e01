import { describe, expect, it } from 'vitest';
import { file, inOwnFolder, labels, pathTo, quality } from './run-quality.fixture.ts';

inOwnFolder();

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
      name: 'semicolons',
      text: 'task;worker;label\n1;a;2\n',
      says: /:1, column task: is missing.*separated by commas, found ";"/,
    },
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
    { name: 'blank id', text: 'task,worker,label\n1,  ,1\n', says: /:2, column worker: expected an id/ },
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
    {
      name: 'carriage returns alone',
      text: 'task,worker,label\r1,a,1\r',
      says: /:1, column 3: expected lines to end in LF or CRLF/,
    },
  ])('$name', async ({ text, says }) => {
    const answer = await quality('reliability', file(text), '--scale', 'interval', '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });

  it('unknown level under explicit categories, and a folder or a missing file', async () => {
    const path = labels('1,a,low\n1,b,huge\n');
    const answer = await quality('reliability', path, '--scale', 'ordinal', '--categories', 'low,mid,high');
    expect(answer.code).toBe(2);
    expect(answer.error).toMatch(/:3, column label: expected one of low, mid, high; found "huge"/);
    const missing = await quality('reliability', pathTo('none.csv'));
    expect(missing.error).toMatch(/cannot be opened \(ENOENT\)/);
    expect((await quality('reliability', pathTo())).code).toBe(2);
  });

  it('a missing column to split by, and a ratio below zero', async () => {
    const path = labels('1,a,1\n1,b,-2\n');
    expect((await quality('reliability', path, '--by', 'site')).error).toMatch(/:1, column site: is missing/);
    const ratio = await quality('reliability', path, '--scale', 'ratio');
    expect(ratio.error).toMatch(/:3, column label: expected a number of at least 0/);
  });
});

describe('quotes are those of RFC 4180: malformed ones are refused with line and column', () => {
  it.each([
    { name: 'inside a cell', row: '2,a"b,x', says: /:3, column worker: expected no quote inside a cell/ },
    {
      name: 'inside the last cell',
      row: '2,a,x"y"',
      says: /:3, column label: expected no quote inside a cell/,
    },
    {
      name: 'text behind a closing one',
      row: '2,"a"b,x',
      says: /:3, column worker: expected a comma or the end of the line after a closing quote/,
    },
    { name: 'space behind a closing one', row: '"2" ,a,x', says: /:3, column task: expected a comma/ },
    { name: 'never closed', row: '2,"a,x', says: /:3, column worker: expected a closing quote/ },
    {
      name: 'never closed, more lines behind it',
      row: '2,"a,x\n3,a,x\n4,a,x',
      says: /:3, column worker: expected a closing quote/,
    },
    {
      name: 'behind a line break in a cell',
      row: '"2\n3"x,a,x',
      says: /:4, column task: expected a comma or the end/,
    },
    { name: 'three at the end', row: '2,a,"x"""y', says: /:3, column label: expected a comma or the end/ },
  ])('$name', async ({ row, says }) => {
    const answer = await quality('reliability', labels(`1,a,x\n${row}\n`), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(says);
  });

  it('a quote in the header, and one that swallows a megabyte', async () => {
    const header = await quality('reliability', file('ta"sk,worker,label\n1,a,x\n'));
    expect(header.error).toMatch(/:1, column 1: expected no quote inside a cell/);
    const large = await quality('reliability', labels(`1,a,x\n2,"a,x\n${'1,b,x\n'.repeat(600_000)}`));
    expect(large.error).toMatch(/:3, column worker: expected a closing quote within the next megabyte/);
  });

  it('quoted cells of every kind are read whole wherever the pieces of the file are cut', async () => {
    const rows: string[] = [];
    for (let row = 0; row < 60_000; row += 1)
      rows.push(`"a ""${row}"", b","w\r\n${row % 3}",${row % 2 === 0 ? '"x"' : 'y'}`);
    const answer = await quality('reliability', labels(rows.join('\r\n')), '--json');
    expect(answer.json()).toMatchObject({ n_items: 60_000, n_annotators: 3, categories: ['x', 'y'] });
  });

  it('reads quotes, commas, line breaks and Unicode in ids, CRLF and a byte order mark', async () => {
    const text =
      '\ufefftask,worker,label\r\n"a, ""1""\r\nb",Zoë,x\r\n"a, ""1""\r\nb",李,x\r\n\r\nc,Zoë,y\r\nc,李,""\r\nc,李,y';
    const answer = await quality('reliability', file(text), '--json');
    expect(answer.json()).toMatchObject({ n_items: 2, n_annotators: 2, n_labels: 4, categories: ['x', 'y'] });
  });
});
