import { capabilitiesOf } from '#server/command/capabilities.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { type EndingEvidence, listEvidenceEnding } from './evidence-queries.ts';

/** Days until the last one of the evidence: told of at 90, at 30, and from the last day on, late rather than never. */
const STEPS = [
  { from: 31, to: 90 },
  { from: 1, to: 30 },
  { from: -30, to: 0 },
] as const;
const PER_TRANSACTION = 200;

/**
 * Tells a sponsor's people who may renew it that the evidence of a data set ends, at 90 and 30 days and on its last day, once each
 * however often it runs and in however many processes: from the day after, the gate is shut to everybody who reads it (R18). Returns how
 * many data sets it looked at.
 */
export async function remindOfEvidence(ctx: CommandContext): Promise<number> {
  let seen = 0;
  for (const step of STEPS) {
    for (let after: string | null = null; ; ) {
      const last: { id: string | null; count: number } = await transact(ctx, async (tx) => {
        const dayIn = (days: number) =>
          plus(tx.now, days * DAY)
            .toISOString()
            .slice(0, 10);
        const rows = await listEvidenceEnding(tx.db, {
          from: dayIn(step.from),
          to: dayIn(step.to),
          after,
          limit: PER_TRANSACTION,
        });
        for (const row of rows) await tell(tx, row, { step: step.to, today: dayIn(0) });
        return { id: rows.at(-1)?.id ?? null, count: rows.length };
      });
      seen += last.count;
      after = last.id;
      if (last.count < PER_TRANSACTION) break;
    }
  }
  return seen;
}

async function tell(tx: CommandTx, row: EndingEvidence, at: { step: number; today: string }): Promise<void> {
  const { expiresOn } = row;
  const when =
    expiresOn < at.today
      ? `ended on ${sayDay(expiresOn)}; nobody can open its cases. Renew it`
      : expiresOn === at.today
        ? 'ends today; from tomorrow nobody can open its cases. Renew it'
        : `ends on ${sayDay(expiresOn)}; after that nobody can open its cases. Renew it in time`;
  for (const member of await listOrgMembers(tx.db, row.orgId)) {
    if (!capabilitiesOf(member.roles).has('dataset.write')) continue;
    await notifyPerson(tx, {
      id: derivedId('dataset.evidence_ending', row.id, expiresOn, String(at.step), member.personId),
      personId: member.personId,
      orgId: row.orgId,
      kind: 'dataset.evidence_ending',
      title: `The evidence for the data set "${row.name}" ${when}.`,
      href: `/sponsor/projects/${row.projectId}/dataset`,
    });
  }
}
