import { afterEach, expect, test, vi } from 'vitest';
import { browserCalls } from './browser-calls.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('what is handed in as the page closes leaves in the same way', async () => {
  const sent: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return new Promise(() => {});
  });
  const id = '01a202d7-b39a-7701-952d-60d5e9f28310';
  const on = { leaseId: id, labelId: id, activeMs: 1, viewport: '1x1@1', receipt: 'r' };
  void browserCalls(id, 'label', { personId: 'p', appBuild: 'build' }).sendOnClose({
    kind: 'label',
    on,
    answers: { grade: '2' },
    confidence: null,
  });
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
  expect(sent).toMatchObject([
    { url: '/api/trpc/work.submitAndNext', init: { method: 'POST', keepalive: true } },
  ]);
  expect(JSON.parse(String(sent[0]?.init.body))).toMatchObject({
    json: { leaseId: id, labelId: id, limit: 0 },
  });
});

test('what is given back as the page closes leaves within the handler, without a timer, and outlives the page', async () => {
  const sent: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return new Promise(() => {});
  });
  const ids = ['01a202d7-b39a-7701-952d-60d5e9f28310'];
  void browserCalls(ids[0]!, 'label', { personId: 'p', appBuild: 'build' }).releaseOnClose(ids);
  // Microtasks alone: a page that goes away runs no timer any more.
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
  expect(sent).toHaveLength(1);
  const [{ url, init }] = sent as [{ url: string; init: RequestInit }];
  expect(url).toBe('/api/trpc/work.release');
  expect(init).toMatchObject({ method: 'POST', keepalive: true });
  expect(init.headers).toMatchObject({ 'x-readroom-background': '1', 'x-readroom-person': 'p' });
  expect(JSON.parse(String(init.body))).toMatchObject({
    json: { batchId: ids[0], leaseIds: ids, keepsBegun: true },
  });
});

test('R28: what a person does is marked by nothing, what the page does by itself is marked', async () => {
  const sent: string[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const isMarked = 'x-readroom-background' in (init.headers as Record<string, string>);
    sent.push(
      `${new URL(url, 'http://x').pathname.split('.').at(-1)} ${isMarked ? 'by itself' : 'by person'}`,
    );
    return new Promise(() => {});
  });
  const id = '01a202d7-b39a-7701-952d-60d5e9f28310';
  const on = { leaseId: id, labelId: id, activeMs: 1, viewport: '1x1@1', receipt: 'r' };
  const calls = browserCalls(id, 'label', { personId: 'p', appBuild: 'build' });
  // One at a time: calls of one moment go together, and count as use if one of them is.
  for (const call of [
    () => calls.claim(1, true),
    () => calls.claim(1, false),
    () => calls.send({ kind: 'label', on, answers: {}, confidence: null }, 1, true),
    () => calls.send({ kind: 'label', on, answers: {}, confidence: null }, 1, false),
    () => calls.send({ kind: 'skip', on, reason: 'unreadable', note: '' } as never, 1, false),
    () => calls.saveDraft({ leaseId: id, answers: {}, work: {} as never, activeMs: 1 }, true),
    () => calls.saveDraft({ leaseId: id, answers: {}, work: {} as never, activeMs: 1 }, false),
    () => calls.extend([id], true, []),
    () => calls.extend([id], false, []),
    () => calls.open(id),
    () => calls.feedback(id),
  ]) {
    void call();
    await new Promise((done) => setTimeout(done));
  }
  expect(sent).toEqual([
    'claim by person',
    'claim by itself',
    'submitAndNext by person',
    'submitAndNext by itself',
    'skip by itself',
    'saveDraft by person',
    'saveDraft by itself',
    'extendLease by person',
    'extendLease by itself',
    'case by itself',
    'feedback by itself',
  ]);
});
