import { AppError, type ErrorDetail } from '#server/core/errors.ts';

/**
 * The answer of a gate. Allowed carries its basis (shown and audited); refused carries every reason in words with
 * what would change it. Drawn by `DecisionNote`.
 */
export type Decision = { allowed: true; basis: string } | { allowed: false; reasons: readonly ErrorDetail[] };

/** An allowed decision. */
export function allow(basis: string): Decision {
  return { allowed: true, basis };
}

/** A refused decision; at least one reason. */
export function refuse(...reasons: ErrorDetail[]): Decision {
  return { allowed: false, reasons };
}

/** Allowed only when every part is; otherwise all reasons of all parts. */
export function every(decisions: readonly Decision[]): Decision {
  const reasons = decisions.flatMap((d) => (d.allowed ? [] : d.reasons));
  if (reasons.length > 0) return { allowed: false, reasons };
  return {
    allowed: true,
    basis: decisions
      .map((d) => (d.allowed ? d.basis : ''))
      .filter(Boolean)
      .join('; '),
  };
}

/** Throws a precondition with all reasons when refused. */
export function enforce(
  decision: Decision,
  reason: string,
  message: string,
): asserts decision is { allowed: true; basis: string } {
  if (!decision.allowed)
    throw new AppError({ kind: 'precondition', reason, message, details: decision.reasons });
}
