import { finished } from 'node:stream/promises';
import type postgres from 'postgres';

export type Copy = { write(text: string): Promise<void>; end(): Promise<void> };

/**
 * Starts `copy … from stdin` in a transaction. `write` waits while the server is behind, `end` until it has taken
 * everything; both throw the server's error. The driver (3.4) tells the stream nothing of an error that comes after the
 * last byte, such as a key that is there twice, and would wait for ever: it rejects the query, which was fulfilled
 * when the stream began. So the query's own `reject` is listened to.
 */
export async function openCopy(tx: postgres.TransactionSql, statement: string): Promise<Copy> {
  const query = tx.unsafe(statement) as postgres.PendingQuery<postgres.Row[]> & {
    reject?: (error: unknown) => void;
  };
  const reject = query.reject;
  if (typeof reject !== 'function') throw new Error('The database driver has changed; see open-copy.ts.');
  const failed = new Promise<never>((_, fail) => {
    query.reject = (error) => {
      reject(error);
      fail(error);
    };
  });
  failed.catch(() => {});
  const stream = await query.writable();
  const ended = finished(stream);
  ended.catch(() => {});
  return {
    write: async (text) => {
      if (stream.write(text)) return;
      const drained = new Promise<void>((resolve) => stream.once('drain', () => resolve()));
      await Promise.race([drained, failed, ended]);
    },
    end: async () => {
      stream.end();
      await Promise.race([ended, failed]);
    },
  };
}
