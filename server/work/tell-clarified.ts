import { sql } from 'drizzle-orm';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { notifyPeople } from '#server/notifications/notify-people.ts';
import { getProject } from '#server/projects/reads.ts';
import { clarificationsOf, UNCHANGING_KINDS } from '#server/protocols/find-clarifications.ts';
import { getProtocolVersion, listProtocolVersions, type ProtocolVersion } from '#server/protocols/reads.ts';

/** People told in one transaction. */
const PAGE = 2000;

/**
 * A version was signed that makes something clearer and breaks nothing: tells everybody who is engaged in the project and reads,
 * reviews, audits or decides in a batch of it under way by an older version, once each (R24). The guideline beside their cases shows what is
 * new (`findClarifications`). Whose batch stands before a version that changes what a label means is not told: nothing of it holds
 * there; nor is who reads in a batch of `UNCHANGING_KINDS`. Returns how many were told. Page by page,
 * each in a transaction of its own; safe to repeat, since nobody is told twice.
 */
export async function tellClarified(
  ctx: CommandContext,
  { protocolVersionId, pageSize = PAGE }: { protocolVersionId: string; pageSize?: number },
): Promise<number> {
  const version = await getProtocolVersion(ctx.db, protocolVersionId);
  if (version.signedAt === null || version.changeClass === null || version.changeClass === 'breaking')
    return 0;
  const before = (await listProtocolVersions(ctx.db, version.projectId)).find(
    (one) => one.signedAt !== null && one.version < version.version,
  );
  if (!before || clarificationsOf(before, [version]).length === 0) return 0;
  const { title } = await getProject(ctx.db, version.projectId);
  let told = 0;
  let after: string | null = null;
  do {
    const people = await transact(ctx, (tx) => tellPage(tx, { version, title, after, pageSize }));
    told += people.length;
    after = people.length < pageSize ? null : (people.at(-1)?.personId ?? null);
  } while (after !== null);
  return told;
}

type Reader = { personId: string; batchId: string; isReading: boolean };

/** Tells the next people after `after`, in the order of their ids, and says who they are; fewer than `pageSize` when they are the last. */
async function tellPage(
  tx: CommandTx,
  of: { version: ProtocolVersion; title: string; after: string | null; pageSize: number },
): Promise<Reader[]> {
  const { version, title } = of;
  // Indexes: batches_project_idx, the primary key of readers, engagements_person_role_key.
  const people = [
    ...(await tx.db.execute<Reader>(sql`
      select distinct on (r.annotator_id) r.annotator_id as "personId", b.id as "batchId", r.tier = 'label' as "isReading"
      from batches b
      join protocol_versions own on own.id = b.protocol_version_id
      join readers r on r.batch_id = b.id
      where b.project_id = ${version.projectId} and b.status in ('open', 'paused', 'closing') and b.kind not in ${UNCHANGING_KINDS}
        ${of.after === null ? sql`` : sql`and r.annotator_id > ${of.after}::uuid`}
        and own.version < ${version.version} and not exists (
          select 1 from protocol_versions x where x.project_id = b.project_id and x.signed_at is not null
            and x.version > own.version and x.version <= ${version.version} and x.change_class = 'breaking')
        and exists (select 1 from engagements e
          where e.project_id = b.project_id and e.person_id = r.annotator_id and e.status = 'active')
      order by r.annotator_id, r.last_seen_at desc nulls last, b.id limit ${of.pageSize}`)),
  ];
  await notifyPeople(tx, {
    kind: 'work.clarified',
    title: `“${title}”: version ${version.version} of the protocol says more clearly how to read. The guideline beside your cases shows what is new.`,
    once: `clarified ${version.id}`,
    detail: { protocolVersionId: version.id },
    to: people.map(({ personId, batchId, isReading }) => ({
      personId,
      href: isReading ? `/work/read/${batchId}` : '/work',
    })),
  });
  return people;
}
