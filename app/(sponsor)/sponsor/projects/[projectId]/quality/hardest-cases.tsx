import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { QualityView } from '#server/analytics/schemas.ts';
import { CasesSideBySide } from './cases-side-by-side.tsx';

export type HardestCasesProps = {
  batchId: string;
  cases: QualityView['hardest'];
  options: readonly { value: string; label: string }[];
};

/** Cases with their reads side by side, the most divided first; each opens its history. */
export function HardestCases({ batchId, cases, options }: HardestCasesProps) {
  if (cases.length === 0)
    return (
      <EmptyState title="No case divides its readers">
        Every case with two reads or more got the same answer from all.
      </EmptyState>
    );
  const shown = cases.map((one) => ({
    ...one,
    gold: [],
    reads: one.reads.map((read) => ({ ...read, rationale: null })),
  }));
  return <CasesSideBySide batchId={batchId} cases={shown} options={options} />;
}
