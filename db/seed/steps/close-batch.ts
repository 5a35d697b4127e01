import type { Api } from './door.ts';

/**
 * Closes a batch that has been read. One whose every case is read closes by itself within seconds, so whoever comes to
 * do it may find it done; that is no failure. Any other refusal is passed on.
 */
export async function closeReadBatch(api: Pick<Api, 'work'>, batchId: string): Promise<void> {
  try {
    await api.work.closeBatch.mutate({ batchId, reason: 'Every case has been read.' });
  } catch (error) {
    const { reason } = (error as { data?: { reason?: string } }).data ?? {};
    if (reason !== 'batch_state') throw error;
  }
}
