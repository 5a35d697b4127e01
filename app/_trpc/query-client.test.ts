import { MutationObserver, onlineManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, test } from 'vitest';
import { createQueryClient } from './query-client.ts';

afterEach(() => {
  onlineManager.setOnline(true);
});

test('without a connection a change fails at once; it is not kept unseen and made later', async () => {
  onlineManager.setOnline(false);
  const change = new MutationObserver(createQueryClient(), {
    mutationFn: () => Promise.reject(new Error('not reached')),
  });
  await expect(change.mutate()).rejects.toThrow('not reached');
});

test('R28: a connection that comes back asks nothing by itself', async () => {
  const client = createQueryClient();
  client.mount();
  let asked = 0;
  const query = new QueryObserver(client, {
    queryKey: ['a'],
    queryFn: () => ++asked,
    staleTime: 0,
  });
  const stop = query.subscribe(() => undefined);
  await new Promise((done) => setTimeout(done));
  onlineManager.setOnline(false);
  onlineManager.setOnline(true);
  await new Promise((done) => setTimeout(done));
  expect(asked).toBe(1);
  stop();
  client.unmount();
});
