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
      says: /:3, column worker: expected UTF-8 text; found the byte 0xFF/,
    },
    {
      name: 'Windows-1252',
      text: Buffer.from('task,worker,label\n1,Zo\xeb,1\n', 'latin1'),
      says: /:2, column worker: expected UTF-8 text; found the byte 0xEB \(save the file as UTF-8/,
    },
    {
      name: 'a byte that is no text inside quotes',
      text: Buffer.from('task,worker,label\n1,"a,\n""b",1\n2,"c, ""\n\xe9",1\n', 'latin1'),
      says: /:5, column worker: expected UTF-8 text; found the byte 0xE9/,
    },
    {
      name: 'not UTF-8 in the header',
      text: Buffer.from('task,worker,gr\xf6\xdfe\n1,a,1\n', 'latin1'),
      says: /:1, column 3: expected UTF-8 text; found the byte 0xF6/,
    },
    {
      name: 'UTF-16',
      text: Buffer.from('\ufefftask,worker,label\n1,a,1\n', 'utf16le'),
      says: /:1, column 1: expected UTF-8 text; the file is UTF-16, save it as UTF-8/,
    },
    {
      name: 'cut off within a character',
      text: Buffer.from('task,worker,label\n1,Zoë').subarray(0, -1),
      says: /:2, column worker: expected UTF-8 text; the file ends within a character/,
    },
    {
      name: 'not UTF-8 behind a row that is wrong',
      text: Buffer.from('task,worker,label\n1,a,high\n1,\xeb,1\n', 'latin1'),
      says: /:2, column label: expected a number.*"high"/,
    },
    {
      name: 'capitals in the header',
      text: 'Task,Worker,Label\n1,a,1\n',
      says: /:1, column task: is missing; expected .*; found "Task": capitals and small letters differ/,
    },
    {
      name: 'other names in the header',
      text: 'item,rater,value\n1,a,1\n',
      says: /:1, column task: is missing; expected a header with task,worker,label; found "item,rater,value"/,
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
    expect(missing.error).toMatch(/cannot be opened: there is no such file \(ENOENT\)/);
    const folder = await quality('reliability', pathTo());
    expect(folder).toMatchObject({ code: 2, out: '' });
    expect(folder.error).toMatch(/cannot be read: it is a folder \(EISDIR\)/);
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

  it('a byte that is not UTF-8 is found on its line wherever the pieces of the file are cut', async () => {
    // Two-byte letters throughout, so that pieces end within a letter; a genuine replacement character is text.
    const rows = Array.from({ length: 200_000 }, (_, row) => `${row},ëëë�,${row % 2}`);
    const text = Buffer.from(`task,worker,label\n${rows.join('\n')}\n`);
    const line = 150_000;
    const at = text.indexOf(`\n${line - 2},`) + `\n${line - 2},`.length;
    text[at] = 0xe9;
    const answer = await quality('reliability', file(text), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.error).toMatch(new RegExp(`:${line}, column worker: expected UTF-8 text`));
  });

  it('reads columns in any order, further ones ignored, and a last line without an end', async () => {
    const answer = await quality(
      'reliability',
      file('label,note,worker,task\nx,"a, b",A,1\nx,,B,1'),
      '--json',
    );
    expect(answer.json()).toMatchObject({ n_items: 1, n_annotators: 2, n_labels: 2, categories: ['x'] });
  });

  it('reads quotes, commas, line breaks and Unicode in ids, CRLF and a byte order mark', async () => {
    const text =
      '\ufefftask,worker,label\r\n"a, ""1""\r\nb",Zoë,x\r\n"a, ""1""\r\nb",李,x\r\n\r\nc,Zoë,y\r\nc,李,""\r\nc,李,y';
    const answer = await quality('reliability', file(text), '--json');
    expect(answer.json()).toMatchObject({ n_items: 2, n_annotators: 2, n_labels: 4, categories: ['x', 'y'] });
  });
});
