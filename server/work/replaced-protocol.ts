import type { z } from 'zod';
import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { callOffsOf } from '#server/contracts/call-off.ts';
import { findSignedProtocol, isBreakingSince, type ProtocolVersion } from '#server/protocols/reads.ts';
import { mostReads } from './call-off-more.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import type { replacedProtocol } from './view-schemas.ts';

/** Of a draft whose protocol version another has replaced, so that it is moved before it is opened (`moveToProtocol`); else null. */
export async function replacedProtocolOf(
  ctx: OrgContext,
  batch: Batch,
  { version, status }: ProtocolVersion,
): Promise<z.output<typeof replacedProtocol> | null> {
  if (batch.status !== 'draft' || status !== 'superseded') return null;
  const signed = await findSignedProtocol(ctx.db, batch.projectId);
  if (signed === null) return null;
  const step = { projectId: batch.projectId, after: version, upTo: signed.version };
  const isBreaking = await isBreakingSince(ctx.db, step);
  const pricedBy = isBreaking ? await pricedByOf(ctx, batch) : null;
  return { version, inForce: signed.version, isBreaking, pricedBy };
}

/** What its price is of, which a breaking version asks about (R13): own staff, a panel, an exam and people on their own account have neither. */
async function pricedByOf(ctx: OrgContext, batch: Batch): Promise<'bid' | 'award' | null> {
  if (batch.kind === 'pilot') return 'bid';
  const at = { db: ctx.db, now: ctx.clock.now() };
  const called = { ...batch, reads: mostReads(batch, batch.taskCount) };
  for (const { contractId } of await callOffsOf(at, called, poolList.parse(batch.pools)))
    if ((await getContract(ctx.db, contractId)).kind === 'award') return 'award';
  return null;
}
