/** What happens at an instant of the crowd's own time. */
export type Timed = { at: number };

/** Events by time, of any number that are waiting: a binary heap. */
export class Timeline<T extends Timed> {
  readonly #heap: T[] = [];

  put(event: T): void {
    const heap = this.#heap;
    heap.push(event);
    for (let at = heap.length - 1; at > 0; ) {
      const up = (at - 1) >> 1;
      const [own, parent] = [heap[at], heap[up]];
      if (!own || !parent || parent.at <= own.at) return;
      heap[at] = parent;
      heap[up] = own;
      at = up;
    }
  }

  /** The next event before `end`; null when there is none. */
  take(end: number): T | null {
    const heap = this.#heap;
    const [first] = heap;
    if (!first || first.at >= end) return null;
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      const own = heap[at];
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const least = right && left && right.at < left.at ? 2 * at + 2 : 2 * at + 1;
      const child = heap[least];
      if (!own || !child || child.at >= own.at) return;
      heap[at] = child;
      heap[least] = own;
      at = least;
    }
  }
}
