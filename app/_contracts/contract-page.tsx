import type { ReactNode } from 'react';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { CallOffTable } from './call-off-table.tsx';
import { EndContract } from './end-contract.tsx';
import { ProposalPart } from './proposal-part.tsx';
import { ResultList } from './result-list.tsx';
import { VersionList } from './version-list.tsx';

export type ContractPageProps = {
  contract: ContractView;
  base: string;
  mayPropose: boolean;
  mayDecide: boolean;
  /** May bind the organisation, and so end the contract. */
  mayEnd: boolean;
};

/** An award as either side sees it: what holds, what waits, what was called off and how it was kept. */
export function ContractPage({ contract, base, mayPropose, mayDecide, mayEnd }: ContractPageProps) {
  const other = contract.side === 'sponsor' ? contract.vendor : contract.sponsor;
  const proposal = contract.versions.find((version) => version.status === 'proposed');
  return (
    <>
      <PageHeader
        title={`Contract with ${other}`}
        meta={<StatusPill state={contract.status} />}
        actions={
          contract.status === 'active' ? (
            <>
              {mayEnd && contract.signing.problem === null ? (
                <EndContract contractId={contract.contractId} unsettled={contract.unsettled} />
              ) : null}
              {mayPropose && !proposal ? (
                <LinkButton href={`${base}/propose`}>Propose other terms</LinkButton>
              ) : null}
            </>
          ) : undefined
        }
      >
        <AnswerLine>
          {contract.ended ? <EndedWords ended={contract.ended} side={contract.side} /> : null}
          <strong>Version {contract.inForce.version}</strong> {contract.ended ? 'held' : 'holds'} since{' '}
          <DateTime at={contract.inForce.from} format="day" />, for {contract.shareBasisPoints / 100} % of the
          work on {contract.project.title}
          {contract.next ? (
            <>
              ; <strong>version {contract.next.version}</strong> takes over on{' '}
              <DateTime at={contract.next.from} format="day" />
            </>
          ) : null}
          .
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {contract.repricing && contract.status === 'active' ? (
          <DecisionNote
            outcome="refused"
            title="New batches on the newest protocol wait for prices."
            because={contract.repricing}
            changes={
              mayPropose && !proposal
                ? [
                    {
                      says: 'Propose the prices, the same or others',
                      href: `${base}/propose`,
                      linkLabel: 'Propose terms',
                    },
                  ]
                : [{ says: 'Both sides sign the proposal.' }]
            }
          />
        ) : null}
        {proposal ? <ProposalPart contract={contract} proposal={proposal} /> : null}
        <Part title={contract.ended ? 'Terms at its end' : 'Terms in force'}>
          <TermWords words={contract.inForce.words} />
        </Part>
        {contract.month ? (
          <Part title={`Volume of ${contract.month.month}`}>
            <div className="max-w-[480px]">
              <ProgressBar
                label="Called off"
                done={contract.month.calledOff}
                total={contract.month.readsPerMonth}
                unit="reads"
              />
            </div>
          </Part>
        ) : null}
        <Part title="Called off">
          <CallOffTable contract={contract} />
        </Part>
        {contract.inForce.terms.serviceLevels === null && contract.results.length === 0 ? null : (
          <Part title="Service levels kept">
            <ResultList contract={contract} mayDecide={mayDecide} />
          </Part>
        )}
        <Part title="Versions">
          <VersionList contract={contract} />
        </Part>
      </div>
    </>
  );
}

function EndedWords({
  ended,
  side,
}: {
  ended: NonNullable<ContractView['ended']>;
  side: 'sponsor' | 'vendor';
}) {
  const who = ended.side === null ? '' : ended.side === side ? ' by your side' : ` by the ${ended.side}`;
  return (
    <>
      <strong>Ended</strong> on <DateTime at={ended.at} format="day" />
      {who}
      {ended.reason ? `: ${/[.!?]$/.test(ended.reason) ? ended.reason : `${ended.reason}.`}` : '.'}{' '}
    </>
  );
}

/** A part of the page with its heading. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}

/** Terms in the sentences they are printed with. */
export function TermWords({ words }: { words: ContractView['inForce']['words'] }) {
  return (
    <dl className="divide-y divide-line border-line border-y">
      {words.map((part) => (
        <div key={part.heading} className="grid gap-x-6 gap-y-1 py-2 sm:grid-cols-[12rem_1fr]">
          <dt className="text-ink-3 text-sm">{part.heading}</dt>
          <dd className="prose-width flex flex-col gap-1 text-base">
            {part.says.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
