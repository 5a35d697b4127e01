import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { rollUpBatch } from '#server/analytics/roll-up.ts';
import { systemContext } from '#server/command/context.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { type CommandScene, commandScene } from './command-scene.ts';
import { rollUpsOptions } from './roll-ups.ts';

const ID = '018f0000-0000-7000-8000-000000000001';

describe('the command line of roll-ups', () => {
  it.each([
    [['forget', ID], { wrong: 'Roll-ups can be rebuilt; there is no "forget".' }],
    [['rebuild'], { wrong: 'Name batches by their ids, or --all.' }],
    [['rebuild', ID, '--all'], { wrong: 'Name batches by their ids, or --all.' }],
    [['rebuild', 'mine'], { wrong: '"mine" is no id of a batch.' }],
    [['rebuild', ID], { batchIds: [ID], json: false }],
    [['rebuild', '--all', '--json'], { batchIds: 'all', json: true }],
  ])('%j', (argv, expected) => {
    expect(rollUpsOptions(argv)).toEqual(expected);
  });
});

describe('npm run readroom -- roll-ups rebuild', () => {
  let command: CommandScene;
  beforeAll(async () => {
    command = await commandScene(inject('adminUrl'));
  });
  afterAll(() => command.end());

  it('puts wrong figures right, names what it cannot rebuild, and goes on with the others', async () => {
    const scene = await makeWorkScene(command.t.db, { cases: 2 });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const { leases } = await claimNextTasks(who!, { batchId, tier: 'label', limit: 1 });
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(who!, { batchId, leaseId: leases[0]!.leaseId, ...label });
    const ctx = systemContext({
      db: command.t.db,
      clock: scene.clock,
      name: 'test',
      requestId: randomUUID(),
    });
    await rollUpBatch(ctx, { batchId });
    await command.t.admin`update read_hours set reads = 7 where batch_id = ${batchId}`;
    const done = await command.runBeside(['readroom', 'roll-ups', 'rebuild', ID, batchId, '--json']);
    expect(JSON.parse(done.out)).toEqual({
      batches: [
        { batchId: ID, reads: null, problem: 'There is no such batch.' },
        { batchId, reads: 1, problem: null },
      ],
    });
    expect(done.code).toBe(1);
    expect(await command.t.admin`select reads from read_hours where batch_id = ${batchId}`).toEqual([
      { reads: 1 },
    ]);
    const all = await command.runBeside(['readroom', 'roll-ups', 'rebuild', '--all']);
    expect([all.code, all.out.trim().split('\n').at(-1)]).toEqual([0, `${batchId}  1 reads`]);
  });
});
