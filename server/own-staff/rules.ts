import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { IntendedUse } from '#server/projects/schemas.ts';
import type { OrderStatus } from './schemas.ts';

export type OrderEvent = 'accept' | 'decline' | 'withdraw' | 'replace' | 'end';

/** The state of an order after `event`, or null when it cannot happen in `from`. */
export function nextOrderStatus(from: OrderStatus, event: OrderEvent): OrderStatus | null {
  switch (event) {
    case 'accept':
      return from === 'proposed' ? 'agreed' : null;
    case 'decline':
      return from === 'proposed' ? 'declined' : null;
    case 'withdraw':
      return from === 'proposed' ? 'withdrawn' : null;
    case 'replace':
      return from === 'agreed' ? 'superseded' : null;
    case 'end':
      return from === 'agreed' ? 'ended' : null;
    default:
      return unreachable(event);
  }
}

/**
 * What the story forbids a sponsor's own staff in a project, whoever they are (ADR 029): it reads no test reference, because
 * whoever makes the model would make what it is judged by (R7, R25). Empty when they may read.
 */
export function ownStaffBars(intendedUse: IntendedUse): ErrorDetail[] {
  return intendedUse === 'test_reference'
    ? [
        {
          code: 'own_staff.reference',
          message:
            'Your own staff reads no test reference: who makes a model does not make what it is judged by (R7, R25). Some of them may sit on the panel; vendors or people on their own account read.',
        },
      ]
    : [];
}

export type SeatFacts = {
  role: 'annotator' | 'reviewer';
  hasReadingRole: boolean;
  /** Roles the person holds on the project through anybody. */
  elsewhere: readonly { role: string; isThroughUnit: boolean }[];
  /** The project's credential rule, as it holds for them now. */
  credentialGap: ErrorDetail | null;
};

/** Why somebody of the in-house unit cannot have a seat now, everything at once; empty when they can. */
export function seatProblems(facts: SeatFacts): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const add = (code: string, message: string) => problems.push({ code: `own_staff.${code}`, message });
  if (!facts.hasReadingRole)
    add(
      'no_reading_role',
      facts.role === 'reviewer'
        ? 'They are no reader or QA lead of your in-house unit. Give them the role first.'
        : 'They are no reader of your in-house unit. Invite them to it, or give them the role.',
    );
  if (facts.elsewhere.some((one) => one.role === 'panel' || one.role === 'adjudicator'))
    add(
      'on_panel',
      'They are on the project’s panel. Who makes the gold does not read what is held against it (R7).',
    );
  if (facts.elsewhere.some((one) => one.role === 'auditor'))
    add('audits', 'They audit the project’s final labels; an audit is another organisation’s (R25).');
  if (
    facts.elsewhere.some((one) => !one.isThroughUnit && (one.role === 'annotator' || one.role === 'reviewer'))
  )
    add('through_other', 'They read in this project through another organisation already.');
  if (facts.credentialGap) problems.push(facts.credentialGap);
  return problems;
}
