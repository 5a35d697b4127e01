import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { makeSigningWorld, reasonOf, type SigningWorld } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { endGateRule, readGateRules, startGateRule } from './change-gate-rules.ts';
import { ensureGateRequirements } from './ensure-gate-requirements.ts';
import { GATE_REQUIREMENTS } from './gate-requirements.ts';

const clock = manualClock('2026-11-21T09:00:00Z');
const reason = 'Agreed with the sponsor in writing.';
let t: TestDatabase;
let world: SigningWorld;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const ruleOf = async (dataClass: string, requirement: string) =>
  (await readGateRules(world.operator)).filter(
    (row) => row.dataClass === dataClass && row.requirement === requirement,
  );

describe('access rules are rows (R18, design rule 13)', () => {
  test('every rule that is shipped is in force once, and starting again adds none', async () => {
    await ensureGateRequirements(t.db);
    const rules = await readGateRules(world.operator);
    expect(rules).toHaveLength(GATE_REQUIREMENTS.length);
    expect(rules.every((row) => row.isInForce)).toBe(true);
  });

  test('an ended rule is out of force from the same day, stays ended over a start, and can be asked for again', async () => {
    const [rule] = await ruleOf('phi', 'second_factor');
    const input = { requirementId: rule!.id, reason };
    await endGateRule(world.operator, input);
    await ensureGateRequirements(t.db);
    expect((await ruleOf('phi', 'second_factor')).map((row) => row.isInForce)).toEqual([false]);
    expect(await reasonOf(endGateRule(world.operator, input))).toBe('not_found gate_rule_unknown');
    const again = { dataClass: 'phi', requirement: 'second_factor', reason };
    const { requirementId } = await startGateRule(world.operator, again);
    expect(await reasonOf(startGateRule(world.operator, again))).toBe('conflict gate_rule_in_force');
    expect((await ruleOf('phi', 'second_factor')).map((row) => row.isInForce)).toEqual([false, true]);
    const events = await t.db.select().from(auditEvents).where(eq(auditEvents.subjectId, requirementId));
    expect(events).toMatchObject([{ action: 'agreements.gate_rule_started', detail: { reason } }]);
  });

  test('a second factor can be asked for of any class; what the gate cannot check is refused', async () => {
    const start = (dataClass: string, requirement: string) =>
      reasonOf(startGateRule(world.operator, { dataClass, requirement, reason }));
    expect(await start('public', 'second_factor')).toHaveProperty('requirementId');
    expect(await start('public', 'agreement:blood_oath')).toBe('not_found gate_rule_unknown');
    expect(await start('no_such_class', 'second_factor')).toBe('not_found gate_rule_unknown');
    expect(await reasonOf(endGateRule(world.operator, { requirementId: newId(), reason }))).toBe(
      'not_found gate_rule_unknown',
    );
  });

  test('needs a password entered a moment ago', async () => {
    const stale = { ...world.operator, actor: { ...world.operator.actor, reauthenticatedAt: null } };
    expect(await reasonOf(endGateRule(stale, { requirementId: newId(), reason }))).toBe(
      'precondition reauthentication_required',
    );
  });
});
