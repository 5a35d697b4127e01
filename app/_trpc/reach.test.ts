import { afterEach, describe, expect, test, vi } from 'vitest';
import { NOT_REACHED, reach } from './reach.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const answerWith = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', answer);

describe('a call that does not get through is said in words', () => {
  test('no connection', async () => {
    answerWith(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(reach('/api/trpc')).rejects.toThrow(NOT_REACHED);
  });

  test('a page of something in between instead of an answer', async () => {
    answerWith(async () => new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }));
    await expect(reach('/api/trpc')).rejects.toThrow(NOT_REACHED);
  });

  test('an answer of the app passes, a refusal too', async () => {
    answerWith(async () => Response.json({ error: {} }, { status: 400 }));
    expect((await reach('/api/trpc')).status).toBe(400);
  });

  test('a call that the page gave up itself stays given up', async () => {
    const abort = new DOMException('gone', 'AbortError');
    answerWith(() => Promise.reject(abort));
    await expect(reach('/api/trpc', { signal: AbortSignal.abort() })).rejects.toBe(abort);
  });
});
