/** A shelf of this device for one person and batch. Nothing on it is of the case: only what the person put down. */
export type DeviceStore = {
  /** Null for what is not there, cannot be read or is too old; what is too old is gone then. */
  read(key: string): unknown;
  write(key: string, value: unknown): void;
  remove(key: string): void;
  /** Everything that is kept, in no order. */
  keys(): string[];
};

/** How long an unfinished draft stays on a device. */
const KEPT_MS = 14 * 24 * 3_600_000;

/**
 * A shelf in the browser's storage under `prefix`. A full or forbidden storage is no reason to stop reading: then nothing
 * is kept here, and drafts go to the server only.
 */
export function browserStore(prefix: string, now: () => number): DeviceStore {
  const name = (key: string) => `${prefix}.${key}`;
  return {
    read(key) {
      try {
        const text = localStorage.getItem(name(key));
        if (text === null) return null;
        const { at, value } = JSON.parse(text) as { at: number; value: unknown };
        if (now() - at <= KEPT_MS) return value;
        localStorage.removeItem(name(key));
        return null;
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(name(key), JSON.stringify({ at: now(), value }));
      } catch {
        // Reading goes on without this shelf.
      }
    },
    remove(key) {
      try {
        localStorage.removeItem(name(key));
      } catch {
        // As above.
      }
    },
    keys() {
      try {
        return Object.keys(localStorage)
          .filter((key) => key.startsWith(name('')))
          .map((key) => key.slice(name('').length));
      } catch {
        return [];
      }
    },
  };
}

/** Removes what is too old from every shelf whose name begins so: a batch that nobody opens again would keep its drafts for ever. */
export function forgetOld(prefix: string, now: () => number): void {
  const shelves = browserStore(prefix, now);
  for (const key of shelves.keys()) shelves.read(key);
}
