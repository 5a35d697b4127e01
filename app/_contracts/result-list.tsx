import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { CreditAction } from './credit-action.tsx';
import { creditSentence } from './version-words.ts';

const VERDICTS = {
  met: { state: 'passed', words: 'Met' },
  missed: { state: 'failed', words: 'Missed' },
  undecided: { state: 'inconclusive', words: 'Undecided' },
} as const;

/** How each settled batch met what was agreed, and what follows. */
export function ResultList({ contract, mayDecide }: { contract: ContractView; mayDecide: boolean }) {
  if (contract.results.length === 0)
    return (
      <EmptyState title="Settled batches will be measured here">
        Each batch is measured once it is settled, by the version it was called off under.
      </EmptyState>
    );
  const money = (amountMinor: bigint) => formatMoney({ amountMinor, currency: contract.currency }).full;
  return (
    <ul className="divide-y divide-line border-line border-y">
      {contract.results.map((result) => {
        const mayDispute = contract.side === 'vendor' && result.status === 'proposed';
        const mayWaive =
          contract.side === 'sponsor' && (result.status === 'proposed' || result.status === 'disputed');
        return (
          <li key={result.resultId} className="flex flex-col gap-2 py-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <h3 className="font-medium text-base">{result.batch}</h3>
              <span className="text-ink-3 text-sm">
                version {result.version}, earned {money(result.workMinor)}
              </span>
            </div>
            {result.targets.length === 0 ? (
              <p className="text-ink-3 text-sm">Its version has no service levels.</p>
            ) : (
              <ul className="flex flex-col gap-1">
                {result.targets.map((target) => (
                  <li key={target.target} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                    <StatusPill state={VERDICTS[target.verdict].state}>
                      {VERDICTS[target.verdict].words}
                    </StatusPill>
                    <span className="min-w-0 flex-1">{target.says}</span>
                  </li>
                ))}
              </ul>
            )}
            <p className="prose-width text-sm">
              {creditSentence(result, money)}
              {result.disputeReason ? <> The vendor says: {result.disputeReason}</> : null}
              {result.decisionReason ? <> Decided: {result.decisionReason}</> : null}
            </p>
            {mayDecide && (mayDispute || mayWaive) ? (
              <div>
                <CreditAction resultId={result.resultId} kind={mayDispute ? 'dispute' : 'waive'} />
              </div>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
