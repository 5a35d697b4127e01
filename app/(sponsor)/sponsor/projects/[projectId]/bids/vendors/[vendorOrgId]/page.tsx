import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { EvidenceList } from '#app/_vendors/evidence-list.tsx';
import { CardList, ShownWork, TeamTable, VendorPart } from '#app/_vendors/vendor-parts.tsx';

export const metadata: Metadata = { title: 'Bidder' };

/** A bidder as its sponsor sees it: who reads, how it protects data, whom it names, what it shows of pilots elsewhere. */
export default async function BidderPage({
  params,
}: {
  params: Promise<{ projectId: string; vendorOrgId: string }>;
}) {
  const { projectId, vendorOrgId } = await params;
  const page = await loaded((call) => call.vendors.forSponsor({ vendorOrgId }));
  const inDate = page.evidence.filter((one) => one.standing === 'in_date' || one.standing === 'ends_soon');
  return (
    <>
      <PageHeader
        title={page.vendor.legalName}
        actions={<LinkButton href={`/sponsor/projects/${projectId}/bids`}>Compare bids</LinkButton>}
      >
        <AnswerLine>
          <strong>{page.team.readers}</strong> {page.team.readers === 1 ? 'reader' : 'readers'};{' '}
          {page.evidence.length === 0 ? (
            'no document on how it protects data.'
          ) : (
            <>
              <strong>{inDate.length}</strong> of {page.evidence.length}{' '}
              {page.evidence.length === 1 ? 'document' : 'documents'} on how it protects data reviewed and in
              date.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {page.profile ? (
          <VendorPart title="In its own words">
            <p className="prose-width whitespace-pre-line">{page.profile.about}</p>
            <p className="text-ink-3 text-sm">
              Reads from {page.profile.regions.map((one) => one.name).join(', ')}
              {page.profile.focus.length > 0 ? `; ${page.profile.focus.join(', ')}` : ''}.
            </p>
          </VendorPart>
        ) : null}
        <VendorPart
          title="Who reads"
          says="Counted from credentials in force; what is merely claimed is not counted."
        >
          <TeamTable team={page.team} />
        </VendorPart>
        <VendorPart title="How it protects data">
          {page.evidence.length === 0 ? (
            <p>It has shown no document.</p>
          ) : (
            <EvidenceList lines={page.evidence} isOwn={false} />
          )}
        </VendorPart>
        <VendorPart title="References and samples">
          {page.references.length + page.samples.length === 0 ? (
            <p>It has named none.</p>
          ) : (
            <ShownWork page={page} />
          )}
        </VendorPart>
        <VendorPart
          title="Pilots elsewhere"
          says="Shown by the vendor’s leave, without sponsor, project or people (R16)."
        >
          {page.scorecards.length === 0 ? <p>It shows none.</p> : <CardList cards={page.scorecards} />}
        </VendorPart>
      </div>
    </>
  );
}
