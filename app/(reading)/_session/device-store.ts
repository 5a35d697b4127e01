/** A shelf of this device for one person and batch. Nothing on it is of the case: only what the person put down. */
export type DeviceStore = {
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
        return now() - at > KEPT_MS ? null : value;
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
