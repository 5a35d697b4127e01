/** Items of one turn: some milliseconds of work on a line of a file. */
const AT_ONCE = 1000;

/** Goes through many items a thousand at a time, so that what takes seconds in all does not hold up everybody else's requests. */
export async function inTurns<T>(items: readonly T[], each: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    each(item);
  }
}
