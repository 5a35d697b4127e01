import { and, asc, eq } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { agreementRemarks, agreementTexts } from '#db/schema/agreements.ts';

export type RemarkRow = typeof agreementRemarks.$inferSelect;

export async function insertRemark(tx: Tx, row: typeof agreementRemarks.$inferInsert): Promise<void> {
  await tx.insert(agreementRemarks).values(row);
}

/** What was said to an agreement (agreement_remarks_agreement_idx), in order. */
export async function listRemarks(q: Queryable, agreementId: string): Promise<RemarkRow[]> {
  return q
    .select()
    .from(agreementRemarks)
    .where(eq(agreementRemarks.agreementId, agreementId))
    .orderBy(asc(agreementRemarks.createdAt), asc(agreementRemarks.id))
    .limit(1000);
}

export async function findRemark(q: Queryable, id: string): Promise<RemarkRow | null> {
  const [row] = await q.select().from(agreementRemarks).where(eq(agreementRemarks.id, id));
  return row ?? null;
}

/** True when a wording waits for the other side's answer (agreement_remarks_open_key). */
export async function hasOpenProposal(q: Queryable, agreementId: string): Promise<boolean> {
  const [row] = await q
    .select({ id: agreementRemarks.id })
    .from(agreementRemarks)
    .where(and(eq(agreementRemarks.agreementId, agreementId), eq(agreementRemarks.status, 'open')))
    .limit(1);
  return row !== undefined;
}

/** Answers a proposal that is still open; false when somebody was faster. */
export async function closeRemark(
  tx: Tx,
  id: string,
  set: Pick<RemarkRow, 'status' | 'decidedBy' | 'decidedAt' | 'decisionNote'>,
): Promise<boolean> {
  const rows = await tx
    .update(agreementRemarks)
    .set(set)
    .where(and(eq(agreementRemarks.id, id), eq(agreementRemarks.status, 'open')))
    .returning({ id: agreementRemarks.id });
  return rows.length === 1;
}

/** Keeps a text that an agreement has had; one that is kept stays as it is. */
export async function insertText(tx: Tx, row: typeof agreementTexts.$inferInsert): Promise<void> {
  await tx.insert(agreementTexts).values(row).onConflictDoNothing();
}
