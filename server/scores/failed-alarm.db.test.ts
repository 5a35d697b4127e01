import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { makeScene, openReadBatch, policy, readCases } from '#db/seed/factories/governance.ts';
import { makeReaders } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { log } from '#server/log.ts';
import { keepScores } from './jobs.ts';

describe('an alarm that cannot be raised', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
  });
  afterAll(() => t.drop());

  test('is logged, keeps no other from being raised, and is raised once it can be (R26)', async () => {
    const scene = await makeScene(t.db, policy(null, 'notify'));
    const batchId = await openReadBatch(scene);
    const people = await makeReaders(scene, batchId, 2);
    for (const who of people) await readCases(scene, who, batchId, 32, (place) => place % 2 === 0);
    const keep = () =>
      keepScores(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }));
    const onPeople = async () =>
      (await t.sql`select subject_id from quality_proposals where subject_kind = 'reader'`).map(
        (row) => row.subject_id,
      );
    // Whoever is looked at first, and the batch before them all.
    const ids = people.map((who) => who.actor.personId).sort();
    await t.admin.unsafe(`
      create function refuse_first() returns trigger language plpgsql as $$ begin
        if new.subject_id in ('${ids[0]}', '${batchId}') then raise exception 'no room'; end if; return new; end $$;
      create trigger refuse_first before insert on quality_proposals for each row execute function refuse_first()`);
    const logged = vi.spyOn(log, 'error').mockReturnValue(undefined);
    expect(await keep()).toBe(1);
    expect(await onPeople()).toEqual([ids[1]]);
    expect(
      logged.mock.calls.map(([fields, message]) => [message, (fields as { subject: string }).subject]),
    ).toEqual([
      ['alarm not raised', `batch ${batchId} accuracy`],
      ['alarm not raised', `reader ${ids[0]}`],
    ]);
    // Within the minute they are not tried again with everybody else, and who moves is watched all the same.
    logged.mockClear();
    expect(await keep()).toBe(0);
    expect(logged).not.toHaveBeenCalled();
    const [late, fresh] = await makeReaders(scene, batchId, 2);
    await readCases(scene, late!, batchId, 32, (place) => place % 2 === 0);
    expect(await keep()).toBe(1);
    expect(new Set(await onPeople())).toEqual(new Set([ids[1], late!.actor.personId]));
    logged.mockRestore();
    await t.admin.unsafe('drop trigger refuse_first on quality_proposals');
    // A case that nobody else has read moves nobody else: what has failed still waits for its turn, and is not taken for watched.
    expect(await readCases(scene, fresh!, batchId, 1)).toBe(1);
    expect(await keep()).toBe(1);
    expect(await onPeople()).not.toContain(ids[0]);
    scene.clock.advance(HOUR);
    // Nothing was read since: it is looked at again because it failed.
    expect(await keep()).toBe(1);
    expect((await onPeople()).sort()).toEqual([...ids, late!.actor.personId].sort());
    expect(await keep()).toBe(0);
  });
});
