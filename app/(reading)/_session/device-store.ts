/** A shelf of this device for one person and batch. Nothing on it is of the case: only what the person put down. */
export type DeviceStore = {
  /** Null for what is not there, cannot be read or is too old; what is too old is gone then. */
  read(key: string): unknown;
  /** False when it was not kept. */
  write(key: string, value: unknown): boolean;
  remove(key: string): void;
  /** Everything that is kept, in no order. */
  keys(): string[];
};

/** Where drafts of whoever reads on this device stand, by person, batch and tier. */
export const SHELVES = 'readroom.reading';
/** What was handed in and is unsent, among the drafts of its batch and tier. */
export const OUTBOX = 'outbox';
/** How many of them were too old to stay; without what they held, until it was said. */
const TOO_OLD = `${OUTBOX}-too-old`;
/**
 * A change to a label that was refused stands under a key of its own that begins so, until the person has seen it (R22). No draft of a case,
 * as all that begins like the outbox: its label is submitted, and the change goes nowhere but to its person.
 */
export const REFUSED_CHANGE = `${OUTBOX}-refused-`;

/** How long an unfinished draft stays on a device. */
const KEPT_MS = 14 * 24 * 3_600_000;

/**
 * A shelf in the browser's storage under `prefix`. A full or forbidden storage is no reason to stop reading: then nothing
 * is kept here, `write` says so, and drafts go to the server only. What is unsent and too old leaves its number behind.
 */
export function browserStore(prefix: string, now: () => number): DeviceStore {
  const name = (key: string) => `${prefix}.${key}`;
  return {
    read(key) {
      try {
        const text = localStorage.getItem(name(key));
        if (text === null) return null;
        const { at, value } = JSON.parse(text) as { at: number | null; value: unknown };
        if (at === null || now() - at <= KEPT_MS) return value;
        localStorage.removeItem(name(key));
        if (isOf(OUTBOX, key) && Array.isArray(value)) {
          const counted = name(key).slice(0, -OUTBOX.length) + TOO_OLD;
          localStorage.setItem(counted, JSON.stringify({ at: null, value: value.length }));
        }
        return null;
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(name(key), JSON.stringify({ at: now(), value }));
        return true;
      } catch {
        // Reading goes on without this shelf.
        return false;
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

const isOf = (what: string, key: string) => key === what || key.endsWith(`.${what}`);

/** How many unsent cases of a person, on any of their shelves, were too old to stay on this device; counted once. */
export function takeTooOld(shelf: DeviceStore): number {
  return shelf
    .keys()
    .filter((key) => isOf(TOO_OLD, key))
    .reduce((sum, key) => {
      const count = Number(shelf.read(key) ?? 0);
      shelf.remove(key);
      return sum + count;
    }, 0);
}

/** The part of a shelf whose keys begin so, as a shelf. */
export function within(shelf: DeviceStore, prefix: string): DeviceStore {
  const name = (key: string) => `${prefix}.${key}`;
  return {
    read: (key) => shelf.read(name(key)),
    write: (key, value) => shelf.write(name(key), value),
    remove: (key) => shelf.remove(name(key)),
    keys: () =>
      shelf
        .keys()
        .filter((key) => key.startsWith(name('')))
        .map((key) => key.slice(name('').length)),
  };
}
