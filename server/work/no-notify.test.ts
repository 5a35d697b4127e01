import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

/*
 * Screens follow the work by one tail per process. A NOTIFY in what a label goes through would hold all commits of the
 * server in one queue: none is sent, by no statement of the server or the database and by no trigger.
 */

const ROOT = join(import.meta.dirname, '../..');
const NOTIFY = /\bpg_notify\b|(?<!Atomics)\.notify\s*\(|(?:^|[`'";]|\bdo\s)\s*notify\s+["$a-z_]/im;

/** Whether a file sends a NOTIFY; comments say what they like. */
function sendsNotify(text: string): boolean {
  return NOTIFY.test(text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\n)\s*(?:\/\/|--)[^\n]*/g, ''));
}

const sources = ['server', 'db'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.(ts|mjs|sql)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name),
    )
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);

test('nothing in the server, the database or its migrations sends a NOTIFY', () => {
  for (const needed of ['server/work/', 'server/labels/', 'server/analytics/', 'db/migrations/'])
    expect(sources.some((file) => file.startsWith(needed))).toBe(true);
  expect(sources.filter((file) => sendsNotify(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test.each([
  ['await sql`notify labels`', true],
  ["await sql`select pg_notify('labels', 'x')`", true],
  ["await sql.notify('labels', id)", true],
  ["await tx.execute(sql`\n  NOTIFY labels, 'x'`)", true],
  ['create trigger t after insert on labels execute function f();\nnotify labels;', true],
  ['create rule r as on insert to labels do notify labels', true],
  ['// notify the tail\nconst x = 1;', false],
  ['Atomics.notify(mail, 0)', false],
  ["await notifyPerson(tx, { kind: 'label.rejected' })", false],
])('%s: %s', (text, sends) => expect(sendsNotify(text)).toBe(sends));
