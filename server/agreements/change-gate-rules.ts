import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { findShippedRule } from './gate-requirements.ts';
import type { GateRuleView } from './gate-rule-schemas.ts';
import { endGateRequirement, insertGateRequirements, listGateRequirements } from './queries.ts';

/** Every access rule there is or was, by data class, those in force first. */
export async function readGateRules(ctx: OrgContext): Promise<GateRuleView[]> {
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const rows = await listGateRequirements(ctx.db);
  return rows.map((row) => ({
    ...row,
    isInForce: row.validFrom <= today && (row.validUntil === null || today < row.validUntil),
  }));
}

/**
 * An operator ends an access rule (R18) from today on, with a reason in the audit trail. It stays ended when the product
 * is started again. Errors: `reauthentication_required`, not_found `gate_rule_unknown`.
 */
export async function endGateRule(
  ctx: OrgContext,
  input: { requirementId: string; reason: string },
): Promise<void> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  await transact(ctx, async (tx) => {
    const today = tx.now.toISOString().slice(0, 10);
    const row = await endGateRequirement(tx.db, { id: input.requirementId, today });
    if (row === null) throw unknownRule('This rule is not in force; there is nothing to end.');
    await tx.audit({
      action: 'agreements.gate_rule_ended',
      subject: { kind: 'gate_requirement', id: row.id },
      detail: { dataClass: row.dataClass, requirement: row.requirement, reason: input.reason },
    });
    // A class without any rule is shut.
    await tx.enqueue({ name: 'agreements.revoke-access', payload: { dataClass: row.dataClass } });
  });
}

/**
 * An operator asks for a requirement of a data class from today on: one that this product knows how to check. Whoever
 * does not meet it loses their leases there (R27). Errors:
 * `reauthentication_required`, not_found `gate_rule_unknown`, conflict `gate_rule_in_force`.
 */
export async function startGateRule(
  ctx: OrgContext,
  input: { dataClass: string; requirement: string; reason: string },
): Promise<{ requirementId: string }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const shipped = findShippedRule(input);
    if (shipped === null) throw unknownRule('There is no such requirement for this class of data.');
    const today = tx.now.toISOString().slice(0, 10);
    const standing = await listGateRequirements(tx.db);
    const isThere = standing.some(
      (row) =>
        row.dataClass === input.dataClass &&
        row.requirement === input.requirement &&
        (row.validUntil === null || today < row.validUntil),
    );
    if (isThere) {
      throw new AppError({
        kind: 'conflict',
        reason: 'gate_rule_in_force',
        message: 'This rule is in force already.',
      });
    }
    const requirementId = newId();
    await insertGateRequirements(tx.db, [{ id: requirementId, ...shipped, validFrom: today }]);
    await tx.audit({
      action: 'agreements.gate_rule_started',
      subject: { kind: 'gate_requirement', id: requirementId },
      detail: { dataClass: input.dataClass, requirement: input.requirement, reason: input.reason },
    });
    await tx.enqueue({ name: 'agreements.revoke-access', payload: { dataClass: input.dataClass } });
    return { requirementId };
  });
}

function unknownRule(message: string): AppError {
  return new AppError({ kind: 'not_found', reason: 'gate_rule_unknown', message });
}
