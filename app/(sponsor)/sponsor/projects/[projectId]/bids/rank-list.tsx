import type { inferRouterOutputs } from '@trpc/server';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { ScoreParts } from '#app/_matching/score-parts.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

export type Candidate = inferRouterOutputs<AppRouter>['matching']['candidates'][number];

/** Vendors in order, then people on their own account, each opening its gates and the parts of its score. */
export function RankList({
  candidates,
  bidders,
}: {
  candidates: readonly Candidate[];
  bidders: ReadonlySet<string>;
}) {
  if (candidates.length === 0)
    return (
      <EmptyState title="No candidate yet">Vendors and independents appear once they sign up.</EmptyState>
    );
  const alone = candidates.filter((one) => one.kind === 'independent');
  return (
    <div className="flex flex-col gap-6">
      <Ranked of={candidates.filter((one) => one.kind === 'vendor')} bidders={bidders} label="Vendors" />
      {alone.length === 0 ? null : (
        <Ranked of={alone} bidders={bidders} label="People on their own account">
          One reader cannot carry a bid alone: a vendor can invite them and name them in its bid.
        </Ranked>
      )}
    </div>
  );
}

type RankedProps = {
  of: readonly Candidate[];
  bidders: ReadonlySet<string>;
  label: string;
  children?: ReactNode;
};

function Ranked({ of, bidders, label, children }: RankedProps) {
  if (of.length === 0) return null;
  return (
    <div>
      <h3 className="font-medium text-sm">{label}</h3>
      {children ? <p className="prose-width text-ink-3 text-sm">{children}</p> : null}
      <Rows of={of.slice(0, SHOWN)} from={0} bidders={bidders} />
      {of.length > SHOWN ? (
        <details className="pt-2">
          <summary className="focus-target cursor-pointer text-accent-ink text-sm">
            The other {of.length - SHOWN}
          </summary>
          <Rows of={of.slice(SHOWN)} from={SHOWN} bidders={bidders} />
        </details>
      ) : null}
    </div>
  );
}

/** As many as are read without asking for more. */
const SHOWN = 10;

type RowsProps = { of: readonly Candidate[]; from: number; bidders: ReadonlySet<string> };

function Rows({ of, from, bidders }: RowsProps) {
  return (
    <ol className="mt-2 divide-y divide-line border-line border-y">
      {of.map((candidate, index) => (
        <li key={candidate.orgId}>
          <details className="group">
            <summary className="focus-target flex min-h-9 cursor-pointer items-center gap-x-3 py-1.5 hover:bg-hover">
              <span className="w-6 shrink-0 text-right text-ink-3 text-sm">{from + index + 1}</span>
              <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
                <span className="min-w-0 font-medium">{candidate.name}</span>
                <span className="text-ink-3 text-sm">{candidate.country}</span>
                {candidate.isNewcomer && candidate.score !== null ? <Badge>Not measured yet</Badge> : null}
                {bidders.has(candidate.orgId) ? <Badge tone="information">Has bid</Badge> : null}
              </span>
              <span className="text-right text-sm">
                {candidate.score === null ? (
                  <span className="text-ink-2">{failedGates(candidate)}</span>
                ) : (
                  <>
                    <span className="font-semibold">{candidate.score.toFixed(2)}</span>{' '}
                    <span className="text-ink-3">of 1</span>
                  </>
                )}
              </span>
            </summary>
            <Why candidate={candidate} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function failedGates({ gates }: Candidate): string {
  const failed = gates.filter((gate) => !gate.passed).map((gate) => gate.label.toLocaleLowerCase());
  return `Not rated: ${failed.join(', ')}`;
}

function Why({ candidate }: { candidate: Candidate }) {
  return (
    <div className="grid gap-6 py-3 pl-9 md:grid-cols-[1fr_1.4fr]">
      <div>
        <h4 className="mb-2 font-medium text-sm">Gates</h4>
        <ul className="flex flex-col gap-1.5 text-sm">
          {candidate.gates.map((gate) => (
            <li key={gate.code} className="flex items-start gap-2">
              {gate.passed ? (
                <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-good" />
              ) : (
                <X aria-hidden className="mt-0.5 size-3.5 shrink-0 text-critical" />
              )}
              <span>
                {gate.label}
                <span className="sr-only">{gate.passed ? ' passed' : ' not passed'}</span>
                {gate.detail ? <span className="block text-ink-2">{gate.detail.message}</span> : null}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h4 className="mb-2 font-medium text-sm">Parts of the score</h4>
        <ScoreParts parts={candidate.parts} />
      </div>
    </div>
  );
}
