import { sql } from 'drizzle-orm';
import { decideMadePilot, type MadePilot, makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { abandonPilot } from '#server/pilots/abandon-pilot.ts';
import { computeScorecard } from '#server/pilots/compute-scorecard.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { type Bidder, deidentify } from './hold-tender.ts';
import { chance } from './random.ts';
import { FIELD, type Outcome } from './tenders.ts';

type Planned = { outcome: Outcome; vendor: Bidder; bidId: string };
type Read = Planned & { pilot: MadePilot };

/** How often a reader of a pilot is right, by how it is to end. */
const RIGHT: Partial<Record<Outcome, number>> = {
  fail: 0.4,
  retry: 0.4,
  declined: 0.4,
  inconclusive: 0.88,
  extended: 0.93,
};

/**
 * Orders the pilots of a call, has their people read them, and decides as the outcomes say: first everybody reads, then the
 * cards are computed, because none is given while another is read (R15).
 */
export async function runPilots(input: {
  scene: WorkScene;
  callId: string;
  pilots: readonly Planned[];
  place: number;
  today: Date;
}): Promise<void> {
  const { scene, callId, place } = input;
  const read: Read[] = [];
  for (const [index, planned] of input.pilots.entries()) {
    const { vendor, bidId, outcome } = planned;
    const two = { ...vendor, annotators: vendor.annotators.slice(0, 2) };
    if (outcome === 'ordered') {
      await orderPilot(scene.sponsor, { bidId, datasetId: scene.dataset.id });
      continue;
    }
    const pilot = await makePilot(scene, callId, { vendor: two, bidId });
    const most = outcome === 'reading' ? 8 : outcome === 'given_up' ? 5 : undefined;
    await readAs(scene, pilot, { place: place * 10 + index, right: RIGHT[outcome] ?? 1, most });
    if (outcome === 'given_up') {
      await abandonPilot(vendor.owner, {
        pilotId: pilot.pilotId,
        reason: 'Two of our neuroradiologists have left; we can’t read this well.',
      });
    } else if (outcome !== 'reading')
      await closeBatch(scene.sponsor, { batchId: pilot.batchId, reason: 'Every case is read.' });
    if (outcome !== 'reading') await settleTasks(system(scene), { batchId: pilot.batchId });
    if (most === undefined) read.push({ ...planned, pilot });
  }
  if (read.length < input.pilots.length) return;
  scene.clock.set(plus(input.today, -8 * DAY));
  for (const { pilot } of read) await computeScorecard(scene.sponsor, { pilotId: pilot.pilotId });
  if (read.some((one) => one.outcome === 'declined'))
    await deidentify(
      scene.db,
      [scene.dataset.id],
      plus(input.today, -90 * DAY)
        .toISOString()
        .slice(0, 10),
    );
  for (const one of read) await decide(one);
}

/** The standing job that settles what was read. */
const system = ({ db, clock }: WorkScene) =>
  systemContext({ db, clock, name: 'seed.marketplace', requestId: newId() });

async function decide({ outcome, pilot }: Read): Promise<void> {
  switch (outcome) {
    case 'awarded':
      await decideMadePilot(pilot, { reason: 'Right on nearly every case, and quick.' });
      break;
    case 'split':
      await decideMadePilot(pilot, {
        shareBasisPoints: 5000,
        reason: 'Both bidders passed; each gets half.',
      });
      break;
    case 'declined':
      await decideMadePilot(pilot, {
        decision: 'decline',
        reason: 'Too many cases of the common class were missed.',
      });
      break;
    case 'retry':
      await decideMadePilot(pilot, {
        decision: 'retry',
        reason: 'Views were confused throughout; train on the guideline and try other cases.',
      });
      break;
    case 'extended':
      await decideMadePilot(pilot, {
        decision: 'extend',
        reason: 'The sample does not decide; more cases will.',
      });
      break;
    default:
      break;
  }
}

/** The pilot's two people read; each is right as often as told, slow cases are slow for both. */
async function readAs(
  scene: WorkScene,
  pilot: MadePilot,
  at: { place: number; right: number; most: number | undefined },
): Promise<void> {
  const truths = await truthsOf(scene, pilot.batchId);
  await readPilotBatch(pilot.batchId, pilot.people, {
    ...(at.most === undefined ? {} : { most: at.most }),
    answer: async (reader, leaseId) => {
      const [slot] = await scene.db.execute<{ taskId: string }>(
        sql`select task_id as "taskId" from slots where batch_id = ${pilot.batchId} and lease_id = ${leaseId}`,
      );
      const known = truths.get(slot?.taskId ?? '') ?? { truth: '0', position: 0, options: 2 };
      const draw = known.position * 4 + reader;
      const isRight = chance(200 + at.place, draw) < at.right;
      const other = (Number(known.truth) + 1) % known.options;
      scene.clock.advance(60_000);
      return {
        answers: { [FIELD]: isRight ? known.truth : String(other) },
        activeMs: Math.round(20_000 + 40_000 * chance(300, known.position)),
      };
    },
  });
}

async function truthsOf(
  scene: WorkScene,
  batchId: string,
): Promise<Map<string, { truth: string; position: number; options: number }>> {
  const rows = await scene.db.execute<{ taskId: string; truth: string; position: number }>(sql`
    select t.id as "taskId", g.answers -> ${FIELD} ->> 0 as truth, c.position
    from tasks t join gold_items g on g.case_id = t.case_id and g.dataset_id = ${scene.dataset.id}
    join cases c on c.dataset_id = g.dataset_id and c.id = t.case_id
    where t.batch_id = ${batchId}`);
  const options = scene.protocol.labelSchema.fields[0]?.options?.length ?? 2;
  return new Map(rows.map(({ taskId, truth, position }) => [taskId, { truth, position, options }]));
}
