import type { Finding } from './use-decisions.ts';

export type Decision = 'exclude' | 'keep' | null;

/** What somebody has just decided, shown before the server's list says it, and over which list and page they did. */
export type Made = {
  findings: readonly Finding[];
  page: string;
  own: ReadonlyMap<string, Decision>;
  /** What became of several findings at once, for whoever decided; null after a decision on one. */
  said: { words: string } | null;
};

/**
 * What still stands when the page was loaded anew. The server's list says what holds, also what a colleague has decided since, so
 * that own decisions are dropped for it, save while one is on its way: that list may be from before it. On another page
 * nothing is said any more of what was done on this one.
 */
export function whenLoaded(
  made: Made,
  now: { findings: readonly Finding[]; page: string; isPending: boolean },
): Made {
  const { findings, page, isPending } = now;
  if (made.findings === findings && made.page === page) return made;
  return {
    findings,
    page,
    own: isPending || made.findings === findings ? made.own : new Map(),
    said: made.page === page ? made.said : null,
  };
}
