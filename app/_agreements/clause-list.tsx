import type { AgreementDetail } from '#server/agreements/schemas.ts';
import { ClauseRemarks } from './clause-remarks.tsx';
import { WriteRemark } from './write-remark.tsx';

/** The one clause that a negotiation may add (server/agreements/negotiation-rules.ts). */
const SPECIAL_TERMS = 'special_terms';

export type ClauseListProps = { agreement: AgreementDetail; mayNegotiate: boolean };

/** The clauses with what was said to each; while the text is open, either side comments and proposes wordings. */
export function ClauseList({ agreement, mayNegotiate }: ClauseListProps) {
  const { clauses, remarks } = agreement;
  const toSpecial = remarks.filter((one) => one.clauseKey === SPECIAL_TERMS);
  const hasSpecial = clauses.some((one) => one.key === SPECIAL_TERMS);
  return (
    <ol className="flex flex-col gap-5">
      {clauses.map((clause, index) => (
        <li key={clause.key}>
          <h2 className="font-semibold text-base">
            {index + 1}. {clause.heading}
          </h2>
          <p className="prose-width mt-1 text-base text-ink-2 leading-6">{clause.text}</p>
          <ClauseRemarks
            remarks={remarks.filter((one) => one.clauseKey === clause.key)}
            standing={clause.text}
            mayAnswer={mayNegotiate}
          />
          {mayNegotiate ? (
            <WriteRemark
              agreementId={agreement.id}
              clauseKey={clause.key}
              heading={clause.heading}
              text={clause.text}
            />
          ) : null}
        </li>
      ))}
      {hasSpecial || (toSpecial.length === 0 && !mayNegotiate) ? null : (
        <li>
          <h2 className="font-semibold text-base text-ink-3">Special terms</h2>
          <ClauseRemarks remarks={toSpecial} standing="" mayAnswer={mayNegotiate} />
          {mayNegotiate ? (
            <WriteRemark
              agreementId={agreement.id}
              clauseKey={SPECIAL_TERMS}
              heading="Special terms"
              text=""
            />
          ) : null}
        </li>
      )}
    </ol>
  );
}
