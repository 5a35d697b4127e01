import {
  FIVE_GRADES,
  type ForecastField,
  forecastAdjudication,
  type ReadAgreement,
  widestField,
} from '#server/projects/forecast-adjudication.ts';
import type { AdjudicationRule } from '#server/projects/schemas.ts';
import { type ConsensusMethodName, overlapRule } from '#server/projects/tier-schemas.ts';

/** What a forecast rests on: the protocol's closed fields, and how the project's own readers agree on them. */
export type ForecastBasis = {
  fields: readonly ForecastField[];
  reads: Readonly<Record<string, ReadAgreement>>;
};

/** A project that has neither yet. */
export const NO_BASIS: ForecastBasis = { fields: [], reads: {} };

type PanelForecastProps = {
  rule: AdjudicationRule;
  overlap: number;
  /** As typed; nothing is forecast while it cannot be read. */
  overlapRule: unknown;
  method: ConsensusMethodName;
  basis: ForecastBasis;
  /** Cases that are read; null while they are not known, then of each hundred. Of none nothing is forecast. */
  cases: number | null;
};

/** How many cases the panel is expected to decide under the rule, of how many, and what that rests on (R25). */
export function PanelForecast({
  rule,
  overlap,
  overlapRule: typed,
  method,
  basis,
  cases,
}: PanelForecastProps) {
  const read = overlapRule.safeParse(typed);
  if (!read.success || !Number.isInteger(overlap) || overlap < 1 || overlap > 100 || cases === 0) return null;
  const of = cases ?? 100;
  const found = forecastAdjudication({
    rule,
    overlap,
    overlapRule: read.data,
    method,
    cases: of,
    ...basis,
  });
  const field = widestField(basis.fields, rule);
  return (
    <p role="status" className="prose-width text-ink-2 text-sm">
      Expect your panel to decide about{' '}
      <strong>
        {found.cases.toLocaleString('en')} of {of.toLocaleString('en')} cases
      </strong>
      , {Math.round(found.share * 100)} %, for{' '}
      {field === FIVE_GRADES
        ? 'a field of five ordered levels'
        : `the field “${field.key}” of ${field.answers.length} answers`}
      . <span className="text-ink-3">{found.assumption}</span>
    </p>
  );
}
