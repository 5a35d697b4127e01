import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

/*
 * An open page that asks by itself without saying so is a session that never ends (R28, ADR 005). Whatever repeats or waits is therefore
 * found here: `refetchInterval` goes with `byItself`, and each file with a timer or a stream is listed with why it is none of that.
 */

const ROOT = join(import.meta.dirname, '../..');

const LISTED: Readonly<Record<string, string>> = {
  'app/(operator)/operator/credentials/copy-field.tsx': 'asks nothing',
  'app/(reading)/_parts/use-desk.ts': 'the reading session marks its own calls (locked-page.test.ts)',
  'app/(sponsor)/sponsor/projects/[projectId]/batches/new/selection-preview.tsx': 'a pause in typing',
  'app/(sponsor)/sponsor/projects/_form/use-autosave.ts': 'a pause in typing',
  'app/_live/use-live-batch.ts': 'a stream is no use of the session (api/live)',
  'app/_ui/command-palette.tsx': 'a pause in typing',
  'app/_ui/copy-id.tsx': 'asks nothing',
  'app/_ui/data-table-toolbar.tsx': 'a pause in typing',
};

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const TIMER = /\b(?:setInterval|setTimeout|setImmediate|requestIdleCallback)\s*\(|\bnew EventSource\b/g;

/** Whether a page asks again and again without the mark, or waits in a way that nobody has looked at. */
function asksUnmarked(file: string, text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\n)\s*\/\/[^\n]*/g, '');
  const polls = count(code, /\brefetchInterval\b|\brefetchOnReconnect: (?!false)/g);
  return polls > count(code, /\bbyItself\(/g) || (count(code, TIMER) > 0 && !(file in LISTED));
}

const sources = readdirSync(join(ROOT, 'app'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
  // What runs on the server, and the one place where the mark is made.
  .filter((file) => !file.startsWith('app/api/') && file !== 'app/_trpc/client.tsx');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('R28: no page asks by itself without saying so', () => {
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((file) => asksUnmarked(file, read(file)))).toEqual([]);
});

test('every file that is listed has a timer or a stream', () => {
  const without = Object.keys(LISTED).filter(
    (file) => !sources.includes(file) || count(read(file), TIMER) === 0,
  );
  expect(without).toEqual([]);
});

test.each([
  ['useQuery(trpc.a.b.queryOptions({}, { refetchInterval: 5_000 }))', true],
  ['useQuery(trpc.a.b.queryOptions({}, byItself(5_000)))', false],
  ['useQuery({ ...trpc.a.b.queryOptions({}, byItself(700)), refetchInterval: () => 700 })', false],
  ['useQuery(byItself(1)); useQuery({ refetchInterval: 1 }); useQuery({ refetchInterval: 2 })', true],
  ['const timer = setInterval(() => router.refresh(), 1000);', true],
  ["new EventSource('/api/live')", true],
  ['{ refetchOnReconnect: true }', true],
  ['// refetchInterval\nconst x = 1;', false],
])('%s: %s', (text, isUnmarked) => expect(asksUnmarked('app/x.tsx', text)).toBe(isUnmarked));
