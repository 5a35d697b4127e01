import { FINDING_CODES, type FindingCode } from '#server/datasets/intake-schemas.ts';

/** Findings of one page. */
export const FINDINGS_PER_PAGE = 200;

const STATES = ['open', 'exclude', 'keep'] as const;
export type FindingState = (typeof STATES)[number];

/** Which findings a page shows: of a kind, in a state, behind a place in the list. */
export type FindingPage = {
  code: FindingCode | undefined;
  state: FindingState | undefined;
  after: { position: number; code: FindingCode } | undefined;
};

const codeOf = (text: string | undefined) => FINDING_CODES.find((code) => code === text);

/** A page by its address; what the address says that is none of these is left out. */
export function findingPageOf(query: Record<string, string | string[] | undefined>): FindingPage {
  const said = (key: string) => (typeof query[key] === 'string' ? query[key] : undefined);
  const [position, code] = said('after')?.split('.') ?? [];
  const kind = codeOf(code);
  const isPlace = kind !== undefined && /^\d{1,9}$/.test(position ?? '');
  return {
    code: codeOf(said('kind')),
    state: STATES.find((state) => state === said('state')),
    after: isPlace ? { position: Number(position), code: kind } : undefined,
  };
}

/** The address of a page, below that of the intake. */
export function findingHref({ code, state, after }: Partial<FindingPage>): string {
  const query = new URLSearchParams();
  if (code !== undefined) query.set('kind', code);
  if (state !== undefined) query.set('state', state);
  if (after !== undefined) query.set('after', `${after.position}.${after.code}`);
  return `?${query}`;
}
