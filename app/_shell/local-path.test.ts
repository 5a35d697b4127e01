import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test.each([
  ['/work', '/work'],
  ['/invite/abc-_1?x=1#y', '/invite/abc-_1?x=1#y'],
  [undefined, '/'],
  ['', '/'],
  ['https://evil.test', '/'],
  ['//evil.test', '/'],
  ['/\\evil.test', '/'],
  ['/a\\b', '/'],
  ['/a b', '/'],
  ['javascript:alert(1)', '/'],
  [['/work', '/work'], '/'],
])('after sign-in %j leads to %s: never to another site', (text, path) => {
  expect(localPath(text)).toBe(path);
});
