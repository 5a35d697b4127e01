import type { CommandTx } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';

type Decided = { batchId: string; labelId: string; annotatorId: string };

/**
 * Tells an author that a read of theirs was rejected, by a reviewer or by the sponsor: the seven days in which they may appeal (R31) run
 * from now. Names nobody (R21); reason and evidence stand on the page it leads to. Part of the deciding command.
 */
export async function tellRejected(tx: CommandTx, read: Decided & { reason: string | null }): Promise<void> {
  const { batchId, labelId, reason } = read;
  await notifyPerson(tx, {
    personId: read.annotatorId,
    kind: 'label.rejected',
    title: 'One of your reads was rejected; your earnings page says why, and you can appeal within 7 days',
    href: '/work/earnings',
    detail: { batchId, labelId, reason },
  });
}

/**
 * Tells an author that a read of theirs waits for their correction, with the reviewer’s remark on the case, and how many days, where it
 * has just been returned. Names nobody (R21).
 */
export async function tellReturned(tx: CommandTx, read: Decided & { days?: number }): Promise<void> {
  const { batchId, labelId } = read;
  const until = read.days === undefined ? '' : ` until ${sayDay(plus(tx.now, read.days * DAY))}`;
  await notifyPerson(tx, {
    personId: read.annotatorId,
    kind: 'label.returned',
    title: `A reviewer has returned one of your reads to be corrected; it waits for you with their remark${until}`,
    href: '/work',
    detail: { batchId, labelId },
  });
}
