import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { CloseProposal } from './close-proposal.tsx';
import { Part, TermWords } from './contract-page.tsx';
import { SignVersion } from './sign-version.tsx';
import { documentHref } from './version-words.ts';

type PartProps = { contract: ContractView; proposal: ContractView['versions'][number] };

/** The proposal that waits: what it changes, who has signed, and the way to sign or close it. */
export function ProposalPart({ contract, proposal }: PartProps) {
  const own = proposal.signatures.find((one) => one.side === contract.side);
  const other = proposal.signatures.find((one) => one.side !== contract.side);
  const otherName = contract.side === 'sponsor' ? contract.vendor : contract.sponsor;
  const isOurs = proposal.proposedSide === contract.side;
  return (
    <Part title={`Proposed: version ${proposal.version}`}>
      <p className="prose-width">
        {proposal.proposedBy} proposed it for the {proposal.proposedSide} on{' '}
        <DateTime at={proposal.proposedAt} format="day" />, to hold from {sayDay(proposal.effectiveOn)}:{' '}
        {proposal.reason}
      </p>
      <div>
        <h3 className="font-medium text-base">What it changes</h3>
        <ul className="list-disc pl-5">
          {proposal.changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      </div>
      <details>
        <summary className="cursor-pointer text-accent-ink text-sm">All its terms</summary>
        <div className="mt-2">
          <TermWords words={proposal.words} />
        </div>
      </details>
      <p className="text-sm">
        {other
          ? `${otherName} has signed (${other.name}, ${other.title}).`
          : `${otherName} has not signed yet.`}{' '}
        <DocumentLink href={documentHref(proposal.versionId, 'original')}>Open the PDF</DocumentLink>
      </p>
      {own ? (
        <p className="text-sm">
          Your side has signed: {own.name}, <DateTime at={own.signedAt} />. It waits for {otherName}.
        </p>
      ) : contract.signing.problem ? (
        <DecisionNote outcome="refused" title="You cannot sign it." because={contract.signing.problem} />
      ) : (
        <SignVersion
          versionId={proposal.versionId}
          title={`Version ${proposal.version} of the contract`}
          documentSha256={proposal.documentSha256}
          {...contract.signing}
        />
      )}
      {contract.signing.problem ? null : (
        <CloseProposal versionId={proposal.versionId} verb={isOurs ? 'Withdraw' : 'Decline'} />
      )}
    </Part>
  );
}
