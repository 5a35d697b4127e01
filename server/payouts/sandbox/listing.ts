import { missingObject } from './api-error.ts';

type Page = {
  limit: number;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?:
    | { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined }
    | undefined;
};

/** A page of a v1 list, newest first; `rows` come oldest first. */
export function listPage<T extends { id: string; created: number }>(
  url: string,
  rows: readonly T[],
  page: Page,
): object {
  const { created } = page;
  const newestFirst = rows
    .filter(({ created: at }) => {
      if (!created) return true;
      const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = created;
      return at > gt && at >= gte && at < lt && at <= lte;
    })
    .reverse();
  if (page.ending_before !== undefined) {
    const before = newestFirst.slice(0, positionOf(newestFirst, page.ending_before, 'ending_before'));
    return { object: 'list', url, has_more: before.length > page.limit, data: before.slice(-page.limit) };
  }
  const start =
    page.starting_after === undefined
      ? 0
      : positionOf(newestFirst, page.starting_after, 'starting_after') + 1;
  const data = newestFirst.slice(start, start + page.limit);
  return { object: 'list', url, has_more: newestFirst.length > start + page.limit, data };
}

function positionOf(rows: readonly { id: string }[], id: string, param: string): number {
  const index = rows.findIndex((row) => row.id === id);
  if (index < 0) throw missingObject('object', id, param, 400);
  return index;
}
