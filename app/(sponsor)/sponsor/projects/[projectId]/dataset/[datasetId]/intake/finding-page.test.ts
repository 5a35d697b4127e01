import { expect, test } from 'vitest';
import { findingHref, findingPageOf } from './finding-page.ts';

const read = (href: string) => findingPageOf(Object.fromEntries(new URLSearchParams(href)));

test('a page of findings is what its address says', () => {
  const page = { code: 'duplicate', state: 'open', after: { position: 412, code: 'duplicate' } } as const;
  expect(findingHref(page)).toBe('?kind=duplicate&state=open&after=412.duplicate');
  expect(read(findingHref(page))).toEqual(page);
  expect(read(findingHref({}))).toEqual({ code: undefined, state: undefined, after: undefined });
});

test('what an address says that is no kind, state or place is left out', () => {
  const none = { code: undefined, state: undefined, after: undefined };
  for (const href of [
    '?kind=lost&state=gone',
    '?after=12',
    '?after=12.lost',
    '?after=-1.corrupt',
    '?after=x.corrupt',
  ])
    expect(read(href)).toEqual(none);
  expect(findingPageOf({ kind: ['corrupt', 'other'] })).toEqual(none);
});
