import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';

const count = z.number().int().nonnegative();
const interval = z.tuple([z.number(), z.number()]);

/** How well somebody does one kind of work, as they see it themselves (R21). */
export const ownSkillView = z.array(
  z.object({
    modality: z.string(),
    anatomy: z.string(),
    reads: count,
    batches: count,
    /** Cases per active hour; null while no time is known. */
    readsPerHour: z.number().nullable(),
    /** Against known answers, with Wilson's 95 % interval; null without any (R8). */
    accuracy: z.object({ right: count, n: count, interval }).nullable(),
    /** Share of answers that agree with the plurality of the others, ties left out (R8); null without any. */
    agreement: z.object({ value: z.number(), n: count, interval }).nullable(),
  }),
);
export type OwnSkill = z.infer<typeof ownSkillView>[number];

type Row = {
  modality: string;
  anatomy: string;
  reads: number;
  batches: number;
  activeMs: number;
  goldN: number;
  goldOk: number;
  othersN: number;
  othersAgreed: number;
};

/**
 * The acting person's skill by kind of work (modality and anatomy), most read first. Settled batches only, and exams they have
 * finished: a figure that moves while a batch is read would tell which case was gold (ADR 009).
 */
export async function viewOwnSkill(ctx: OrgContext): Promise<OwnSkill[]> {
  return (await listOwnSkill(ctx.db, ctx.actor.personId)).map(skillOf);
}

function skillOf(row: Row): OwnSkill {
  const { modality, anatomy, reads, batches, activeMs, goldN, goldOk, othersN, othersAgreed } = row;
  const ofGold = wilsonInterval(goldOk, goldN);
  const ofOthers = wilsonInterval(othersAgreed, othersN);
  return {
    modality,
    anatomy,
    reads,
    batches,
    readsPerHour: activeMs > 0 ? (reads * 3_600_000) / activeMs : null,
    accuracy: ofGold === null ? null : { right: goldOk, n: goldN, interval: [ofGold[0], ofGold[1]] },
    agreement:
      ofOthers === null
        ? null
        : { value: othersAgreed / othersN, n: othersN, interval: [ofOthers[0], ofOthers[1]] },
  };
}

/** Sums of the person's own rows and running scores, never of labels. Indexes: readers_person_idx, running_scores_pkey. */
async function listOwnSkill(q: Queryable, personId: string): Promise<Row[]> {
  const rows = await q.execute<Row>(sql`
    select p.modality, p.anatomy, sum(r.submitted)::int as reads, count(*)::int as batches,
      sum(r.active_ms)::float8 as "activeMs", sum(r.gold_n)::int as "goldN", sum(r.gold_ok)::int as "goldOk",
      coalesce(sum(s.n), 0)::int as "othersN", coalesce(round(sum(s.agreed)), 0)::int as "othersAgreed"
    from readers r
    join batches b on b.id = r.batch_id and b.kind <> 'self_label' and (b.status = 'settled' or exists (
      select 1 from exam_attempts a where a.batch_id = b.id and a.annotator_id = r.annotator_id))
    join projects p on p.id = b.project_id
    left join lateral (
      select sum(x.n) as n, sum(x.n * x.value) as agreed from running_scores x
      where x.batch_id = r.batch_id and x.subject_kind = 'reader' and x.subject_id = r.annotator_id
        and x.day = 'all' and x.metric = 'consensus_agreement' and x.class_name = '' and x.value is not null
    ) s on true
    where r.tier = 'label' and r.submitted > 0 and r.annotator_id = ${personId}
    group by 1, 2 order by reads desc, 1, 2 limit 100`);
  return [...rows];
}
