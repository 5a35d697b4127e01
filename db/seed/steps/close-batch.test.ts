import { describe, expect, test } from 'vitest';
import { closeReadBatch } from './close-batch.ts';
import type { Api } from './door.ts';

/** An app that answers the closing of a batch in this way. */
function appThat(close: () => Promise<void>): Pick<Api, 'work'> {
  return { work: { closeBatch: { mutate: close } } } as unknown as Pick<Api, 'work'>;
}
const refused = (reason: string) => Object.assign(new Error(reason), { data: { reason } });

describe('closing a batch that has been read', () => {
  test('is done as well when the batch has closed by itself meanwhile', async () => {
    await closeReadBatch(
      appThat(async () => {}),
      'b',
    );
    await closeReadBatch(
      appThat(() => Promise.reject(refused('batch_state'))),
      'b',
    );
  });

  test('passes every other refusal on', async () => {
    const lost = new Error('fetch failed');
    for (const error of [refused('batch_not_found'), lost])
      await expect(
        closeReadBatch(
          appThat(() => Promise.reject(error)),
          'b',
        ),
      ).rejects.toBe(error);
  });
});
