import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { browserStore, forgetOld, takeTooOld } from './device-store.ts';

const DAY = 86_400_000;

/** A browser's storage: its keys are its own, its methods are not. */
const emptyStorage = (): Record<string, string> =>
  Object.create({
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  });

describe('a shelf of this device', () => {
  let storage: Record<string, string>;
  let today = 0;
  const now = () => today * DAY;
  beforeEach(() => {
    storage = emptyStorage();
    today = 100;
    vi.stubGlobal('localStorage', storage);
  });
  afterEach(() => vi.unstubAllGlobals());

  test('keeps a draft for 14 days, and not its key after that', () => {
    const shelf = browserStore('reading.p', now);
    shelf.write('a', 1);
    today += 14;
    expect(shelf.read('a')).toBe(1);
    today += 1;
    expect(shelf.keys()).toEqual(['a']);
    expect(shelf.read('a')).toBeNull();
    expect(shelf.keys()).toEqual([]);
  });

  test('what is too old goes from every shelf of a name, and nothing else does', () => {
    browserStore('reading.p.batch1', now).write('old', 1);
    browserStore('columns', now).write('old', 1);
    today += 10;
    browserStore('reading.p.batch2', now).write('late', 1);
    storage['reading.p.words'] = 'no record';
    today += 5;
    forgetOld('reading', now);
    expect(Object.keys(storage).sort()).toEqual(['columns.old', 'reading.p.batch2.late', 'reading.p.words']);
  });

  test('what was not kept is said so', () => {
    const shelf = browserStore('reading.p', now);
    expect(shelf.write('a', 1)).toBe(true);
    Object.getPrototypeOf(storage).setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    expect(shelf.write('a', 2)).toBe(false);
    expect(shelf.read('a')).toBe(1);
  });

  test('unsent cases that are too old leave their number, for their own person, once', () => {
    browserStore('reading.p.batch1.label', now).write('outbox', [{}, {}]);
    browserStore('reading.q.batch1.label', now).write('outbox', [{}]);
    today += 15;
    forgetOld('reading', now);
    expect(Object.keys(storage)).toHaveLength(2);
    today += 15;
    forgetOld('reading', now);
    const own = browserStore('reading.p', now);
    expect(takeTooOld(own)).toBe(2);
    expect(takeTooOld(own)).toBe(0);
    expect(takeTooOld(browserStore('reading.q', now))).toBe(1);
    expect(Object.keys(storage)).toEqual([]);
  });

  test('no storage is no reason to stop', () => {
    vi.stubGlobal('localStorage', undefined);
    expect(() => forgetOld('reading', now)).not.toThrow();
    expect(browserStore('reading', now).read('a')).toBeNull();
    expect(browserStore('reading', now).write('a', 1)).toBe(false);
  });
});
