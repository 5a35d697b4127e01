import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { decideAppeal } from '#server/appeals/decide-appeal.ts';
import { viewOwnRejections } from '#server/appeals/views.ts';
import type { OrgContext } from '#server/command/context.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { makePlatform } from './agreements.ts';
import { makeMember } from './identity.ts';
import { readSteps } from './read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from './work.ts';

/** Why a read is rejected, and why its author appeals. */
export const because = { reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
export const mine = { reason: 'I measured it twice.' };

type Read = { batchId: string; labelId: string };

/** A sponsor who rejects, people who appeal and an operator who decides, with what they do and how it stands then (R31). */
export async function makeAppealScene(db: Database, input: { cases: number }) {
  const scene = await makeWorkScene(db, input);
  const { clock } = scene;
  const platform = await makePlatform(db, clock);
  const operator = await makeMember(db, { org: platform, roles: ['operator'], clock });
  const steps = readSteps(scene);
  return {
    ...steps,
    scene,
    operator,
    /** A batch of one case, where the first of its readers was rejected. */
    rejectedRead: async (on: WorkScene = scene, overlap = 2) => {
      const caseIds = on.dataset.cases.slice(0, 1).map((one) => one.id);
      const batchId = await makeBatch(on, { caseIds, overlap });
      const [author, ...others] = await makeReaders(on, batchId, overlap + 1);
      if (author === undefined) throw new Error('Nobody reads here.');
      const labelId = await steps.read(author, batchId, '4');
      await rejectLabel(on.sponsor, { batchId, labelId, ...because });
      return { batchId, labelId, author, others };
    },
    overturn: ({ batchId, labelId }: Read, by: OrgContext = operator) =>
      decideAppeal(by, { batchId, labelId, outcome: 'overturned', reason: 'The answer fits the case.' }),
    /** What was accepted and is owed of somebody's reads. */
    accountOf: async (who: OrgContext, batchId: string) => {
      const found = await steps.readerOf(who, batchId);
      const { accepted, rejected, accruedMinor, accruedFeeMinor, encumberedMinor } = found;
      return { accepted, rejected, accruedMinor, accruedFeeMinor, encumberedMinor };
    },
    /** What somebody is told of appeals, in order. */
    notesOf: async (who: OrgContext) => [
      ...(await db.execute<{ kind: string; title: string; href: string | null; detail: object }>(sql`
        select kind, title, href, detail from notifications
        where person_id = ${who.actor.personId} and starts_with(kind, 'appeal.') order by created_at, id`)),
    ],
    /** A rejected read as its author sees it. */
    rejectionOf: async (who: OrgContext, labelId: string) =>
      (await viewOwnRejections(who, { limit: 100 })).items.find((one) => one.labelId === labelId),
  };
}

export type AppealScene = Awaited<ReturnType<typeof makeAppealScene>>;
