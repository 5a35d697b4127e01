import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { EvidenceList } from '#app/_vendors/evidence-list.tsx';
import { CardList, ShownWork, TeamTable, VendorPart } from '#app/_vendors/vendor-parts.tsx';
import { AddReference } from './add-reference.tsx';
import { AddSample } from './add-sample.tsx';
import { EditProfile } from './edit-profile.tsx';
import { ShowCard, TakeBack } from './take-back.tsx';
import { UploadEvidence } from './upload-evidence.tsx';

export const metadata: Metadata = { title: 'Profile' };

/** What sponsors see of this vendor once it bids, and where it is changed. */
export default async function ProfilePage() {
  const { page, mayWrite } = await loaded(async (call) => ({
    page: await call.vendors.own(),
    mayWrite: (await call.identity.me()).capabilities.includes('bid.write'),
  }));
  const ending = page.evidence.filter(
    (one) => one.standing === 'ends_soon' || one.standing === 'expired',
  ).length;
  return (
    <>
      <PageHeader title="Profile">
        <AnswerLine>
          Sponsors see this page while you have a bid with them.{' '}
          {page.evidence.length === 0 ? (
            'You show no document on how you protect data yet.'
          ) : ending > 0 ? (
            <strong>
              {ending} of {page.evidence.length} documents {ending === 1 ? 'has' : 'have'} expired or end
              within 90 days.
            </strong>
          ) : (
            `${page.evidence.length} documents, none ends within 90 days.`
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <VendorPart title="In your own words">
          {page.profile ? (
            <>
              <p className="prose-width whitespace-pre-line">{page.profile.about}</p>
              <p className="text-ink-3 text-sm">
                Reads from {page.profile.regions.map((one) => one.name).join(', ')}
                {page.profile.focus.length > 0 ? `; ${page.profile.focus.join(', ')}` : ''}.
              </p>
            </>
          ) : (
            <EmptyState title="Nothing is written yet">
              Who you are, what you read, and from where.
            </EmptyState>
          )}
          {mayWrite ? <EditProfile profile={page.profile} /> : null}
        </VendorPart>
        <VendorPart title="Who reads" says="Counted from your people’s credentials; it is not typed here.">
          <TeamTable team={page.team} />
        </VendorPart>
        <VendorPart
          title="How you protect data"
          says="An operator compares each document with what you entered. You are reminded 90 and 30 days before it ends."
        >
          {page.evidence.length === 0 ? null : (
            <EvidenceList
              lines={page.evidence}
              isOwn
              actions={(line) =>
                mayWrite && (line.status === 'uploaded' || line.status === 'reviewed') ? (
                  <TakeBack of={{ evidenceId: line.id }} what={line.title} />
                ) : null
              }
            />
          )}
          {mayWrite ? <UploadEvidence /> : null}
        </VendorPart>
        <VendorPart
          title="References and samples"
          says="Never with a patient’s data. A named person states so for each sample."
        >
          {page.references.length + page.samples.length === 0 ? null : (
            <ShownWork
              page={page}
              action={(of) =>
                mayWrite ? <TakeBack of={of} what={'referenceId' in of ? 'reference' : 'sample'} /> : null
              }
            />
          )}
          {mayWrite ? (
            <div className="flex flex-wrap gap-2">
              <AddReference />
              <AddSample />
            </div>
          ) : null}
        </VendorPart>
        <VendorPart
          title="Pilots you may show"
          says="Without your leave sponsors see how many there were and how many passed. What you show has no sponsor, project or people in it."
        >
          {page.scorecards.length === 0 ? (
            <p>No pilot is decided yet.</p>
          ) : (
            <CardList
              cards={page.scorecards}
              action={(card) =>
                mayWrite ? <ShowCard pilotId={card.pilotId} isShown={card.isShown} /> : null
              }
            />
          )}
        </VendorPart>
      </div>
    </>
  );
}
