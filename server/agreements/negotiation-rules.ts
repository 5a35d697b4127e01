import { AppError } from '#server/core/errors.ts';
import { lintClauses } from './clauses.ts';
import type { AgreementKind, Clause } from './schemas.ts';

/** The one clause that a negotiation may add. */
export const SPECIAL_TERMS = 'special_terms';

/**
 * The text with another wording of a clause, or with special terms added at its end. Throws invalid `clause_unchanged`
 * and `clause_required` (what the law asks for would be missing or say nothing).
 */
export function proposeText(
  kind: AgreementKind,
  text: readonly Clause[],
  proposal: { clauseKey: string; proposedText: string },
): Clause[] {
  const proposed = proposal.proposedText.trim();
  const standing = text.find((one) => one.key === proposal.clauseKey);
  if (standing?.text.trim() === proposed) {
    throw refused('clause_unchanged', 'This is the wording the clause has already.');
  }
  const after =
    standing === undefined
      ? [...text, { key: SPECIAL_TERMS, heading: 'Special terms', text: proposed }]
      : text.map((one) => (one.key === proposal.clauseKey ? { ...one, text: proposed } : one));
  const [problem] = lintClauses(kind, after);
  if (problem !== undefined) throw refused('clause_required', `${problem.message} It cannot be left out.`);
  return after;
}

function refused(reason: string, message: string): AppError {
  return new AppError({
    kind: 'invalid',
    reason,
    message,
    details: [{ code: reason, path: 'proposedText', message }],
  });
}
