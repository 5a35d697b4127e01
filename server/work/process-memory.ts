import type { Database } from '#db/client.ts';

/** What a process remembers of a database by key. */
export type Memory<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
};

/** A memory for each database of at most `most` entries: what was remembered longest ago goes first. */
export function memoryOf<Value>(most: number): (db: Database) => Memory<Value> {
  const memories = new WeakMap<Database, Memory<Value>>();
  return (db) => {
    const known = memories.get(db);
    if (known) return known;
    const kept = new Map<string, Value>();
    const memory: Memory<Value> = {
      get: (key) => kept.get(key),
      set: (key, value) => {
        kept.delete(key);
        if (kept.size >= most) kept.delete(kept.keys().next().value ?? '');
        kept.set(key, value);
      },
      delete: (key) => void kept.delete(key),
    };
    memories.set(db, memory);
    return memory;
  };
}
