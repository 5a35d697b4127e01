import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { Batch } from '#server/work/reads.ts';
import { canonicalJson } from './content-hash.ts';
import { diffVersions, type ProtocolChange } from './diff-versions.ts';
import { getProtocolVersion, type ProtocolVersion } from './reads.ts';
import type { Clarification, LabelField } from './schemas.ts';

export type Clarified = {
  /** The newest version whose words are among these; null where there is none. */
  to: number | null;
  says: Clarification[];
};

/**
 * Kinds of batches whose readers are asked the same to the end, so nothing is added to their cases: exams, pilots of a call and
 * calibrations measure people, and a panel that makes known answers reads blind. What one asks of a case must not come to another beside
 * it (R7, R15), and reads by two wordings can't be scored as one. A training isn't among them: it teaches, and whoever completes it passes.
 */
export const UNCHANGING_KINDS: readonly Batch['kind'][] = ['exam', 'pilot', 'calibration', 'self_label'];

const NOTHING: Clarified = { to: null, says: [] };
/** Clarifications between two signed versions: neither ever changes. */
const known = new Map<string, Clarification[]>();
const MOST_KEPT = 500;

/**
 * What versions signed since make clearer for a batch that is read by an older one, up to the first that changes what a label means:
 * that one is for batches of its own. Nothing for a batch of `UNCHANGING_KINDS`. Index: protocol_versions_project_version_key.
 */
export async function findClarifications(q: Queryable, batchId: string): Promise<Clarified> {
  const rows = await q.execute<{ id: string; ownId: string; version: number }>(sql`
    select v.id, own.id as "ownId", v.version::int as version from batches b
    join protocol_versions own on own.id = b.protocol_version_id
    join protocol_versions v on v.project_id = own.project_id and v.version > own.version and v.signed_at is not null
    where b.id = ${batchId} and b.kind not in ${UNCHANGING_KINDS} and not exists (
      select 1 from protocol_versions x where x.project_id = own.project_id and x.signed_at is not null
        and x.version > own.version and x.version <= v.version and x.change_class = 'breaking')
    order by v.version limit 200`);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return NOTHING;
  const key = `${first.ownId} ${last.id}`;
  const kept = known.get(key);
  if (kept) return told(last.version, kept);
  const own = await getProtocolVersion(q, first.ownId);
  const later = await Promise.all([...rows].map((row) => getProtocolVersion(q, row.id)));
  const says = clarificationsOf(own, later);
  if (known.size >= MOST_KEPT) known.clear();
  known.set(key, says);
  return told(last.version, says);
}

/** Versions that say nothing more clearly add nothing: where nothing was shown, no label records that something was. */
const told = (to: number, says: Clarification[]): Clarified => (says.length === 0 ? NOTHING : { to, says });

/**
 * What the last of `later`, in their order, says more clearly than `own`, and what of it holds no more; each with the version from which
 * on it is said so.
 */
export function clarificationsOf(own: ProtocolVersion, later: readonly ProtocolVersion[]): Clarification[] {
  const last = later.at(-1);
  if (last === undefined) return [];
  const said = later.map((version) => new Set(saysOf(own, version).map(canonicalJson)));
  return saysOf(own, last).map((what) => {
    const from = said.findLastIndex((words) => !words.has(canonicalJson(what)));
    const { version, signedAt, updatedAt } = later[from + 1] ?? last;
    return { ...what, version, since: signedAt ?? updatedAt };
  });
}

type Words = Pick<Clarification, 'kind' | 'title' | 'text'>;

function saysOf(own: ProtocolVersion, version: ProtocolVersion): Words[] {
  return diffVersions(own, version).flatMap((change) => wordsOf(change, own, version));
}

/** Examples and definitions have names, so what is new stands for what was; paragraphs have none, so those that are gone are told too. */
function wordsOf({ part, kind, key }: ProtocolChange, own: ProtocolVersion, last: ProtocolVersion): Words[] {
  if (part === 'edge_case') {
    const example = last.edgeCases.find((one) => one.title === key);
    if (kind === 'removed' || !example) return [{ kind: 'withdrawn', title: key, text: '' }];
    return [{ kind: 'example', title: key, text: example.description }];
  }
  if (part === 'guidelines') {
    const [was, is] = [own.guidelinesMarkdown, last.guidelinesMarkdown];
    return worded('Guideline', 'guideline', paragraphsNotIn(was, is), paragraphsNotIn(is, was));
  }
  const [was, is] = [own, last].map(({ labelSchema }) =>
    labelSchema.fields.find((field) => field.key === key),
  );
  if (part !== 'field' || !was || !is) return [];
  return worded(is.label, 'definition', definitionsIn(was, is), definitionsGone(was, is));
}

function worded(title: string, kind: Words['kind'], added: string[], gone: string[]): Words[] {
  return [
    { kind, title, text: added.join('\n\n') },
    { kind: 'withdrawn' as const, title, text: gone.join('\n\n') },
  ].filter(({ text }) => text !== '');
}

const paragraphsOf = (markdown: string) =>
  markdown
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');

/** The paragraphs of `is` that `was` has not. */
function paragraphsNotIn(was: string, is: string): string[] {
  const before = new Set(paragraphsOf(was));
  return paragraphsOf(is).filter((paragraph) => !before.has(paragraph));
}

/** The definitions of a field and its options that were changed, as they are now. */
function definitionsIn(was: LabelField, is: LabelField): string[] {
  const before = new Map(was.options?.map((option) => [option.value, option.definition]));
  return [
    ...(was.definition === is.definition ? [] : [is.definition]),
    ...(is.options ?? [])
      .filter(({ value, definition }) => definition && definition !== before.get(value))
      .map(({ label, definition }) => `**${label}**: ${definition}`),
  ];
}

/** The definitions of options that have none any more, as they were. */
function definitionsGone(was: LabelField, is: LabelField): string[] {
  const now = new Map(is.options?.map((option) => [option.value, option.definition]));
  return (was.options ?? [])
    .filter(({ value, definition }) => definition && !now.get(value))
    .map(({ label, definition }) => `**${label}**: ${definition}`);
}
