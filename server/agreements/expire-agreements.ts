import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { endAgreement } from './end-agreement.ts';
import { tellSignatories } from './notify.ts';
import { findAgreement, listDueForEnd, updateAgreement } from './queries.ts';
import { SIGNING_DAYS, transition } from './rules.ts';
import { KIND_TITLES } from './schemas.ts';
import { beginSigned } from './sign-ahead.ts';
import { listLapsed } from './term-queries.ts';

const PER_TRANSACTION = 100;

/**
 * What a day brings. Renewals whose day has come take over first, so that what they follow is superseded and not
 * expired; then agreements whose end day has come are terminated (under notice) or expire, and what they carried is
 * revoked; and what nobody has signed in 30 days lapses. The gate looks at the days itself, so nothing stays open or
 * shut until this runs. Returns how many were ended.
 */
export async function expireAgreements(ctx: CommandContext): Promise<number> {
  await inChunks(ctx, beginSigned);
  const ended = await inChunks(ctx, async (tx) => {
    const due = await listDueForEnd(tx.db, tx.now.toISOString().slice(0, 10), PER_TRANSACTION);
    for (const agreement of due) {
      await endAgreement(tx, agreement, agreement.status === 'termination_noticed' ? 'terminate' : 'expire');
    }
    return due.length;
  });
  await inChunks(ctx, lapse);
  return ended;
}

async function inChunks(ctx: CommandContext, work: (tx: CommandTx) => Promise<number>): Promise<number> {
  let done = 0;
  for (;;) {
    const count = await transact(ctx, work);
    done += count;
    if (count < PER_TRANSACTION) return done;
  }
}

async function lapse(tx: CommandTx): Promise<number> {
  const due = await listLapsed(tx.db, plus(tx.now, -SIGNING_DAYS * DAY), PER_TRANSACTION);
  for (const agreement of due) {
    const status = present(transition(agreement.status, 'lapse'), 'The way to lapsed');
    await updateAgreement(
      tx.db,
      { id: agreement.id, expected: agreement.status },
      { status, statusReason: `It was not signed within ${SIGNING_DAYS} days.`, endedAt: tx.now },
    );
    await tx.audit({
      action: 'agreements.lapsed',
      subject: { kind: 'agreement', id: agreement.id },
      detail: { from: agreement.status },
    });
    const whole = present(await findAgreement(tx.db, agreement.id), 'The agreement');
    await tellSignatories(tx, [whole.partyA, whole.partyB], {
      agreementId: agreement.id,
      kind: 'agreement.lapsed',
      title: `${KIND_TITLES[agreement.kind]} was not signed in time`,
    });
  }
  return due.length;
}
