import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { OwnStaffView } from '#server/own-staff/schemas.ts';
import { OrderPart } from './order-part.tsx';
import { ReaderTable } from './reader-table.tsx';
import { InviteOwn, MakeUnit } from './unit-part.tsx';

export const metadata: Metadata = { title: 'Own staff' };

/** The sponsor's own people in a project: their unit, what was agreed with it, who reads, and what is still missing. */
export default async function OwnStaffPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('batch.manage'))) {
    return (
      <>
        <PageHeader title="Own staff" />
        <NotForYourRole what="staffing with own people" who="the project manager" />
      </>
    );
  }
  const view = await loaded((call) => call.ownStaff.view({ projectId }));
  const mayManage = await hasRight('org.manage');
  return (
    <>
      <PageHeader
        title="Own staff"
        actions={
          view.order === null ? null : (
            <LinkButton href={`/sponsor/projects/${projectId}/batches/routing`}>
              Route work to own staff
            </LinkButton>
          )
        }
      >
        <AnswerLine>{answerOf(view)}</AnswerLine>
      </PageHeader>
      {view.barred.length > 0 || view.missing.length > 0 ? (
        <DecisionNote
          className="mb-8 max-w-[720px]"
          outcome="refused"
          title={view.barred.length > 0 ? 'Own staff cannot read here.' : 'Own staff cannot read yet.'}
          changes={[...view.barred, ...view.missing].map(({ message }) => ({ says: message }))}
        />
      ) : null}
      {view.unit === null ? (
        <Section
          title="Your in-house unit"
          says="Own staff works as a private vendor: nobody else is told of it, and it passes the same gates, exams and measures as every vendor."
        >
          {mayManage ? <MakeUnit /> : <p className="text-sm">An owner of your organisation can make it.</p>}
        </Section>
      ) : (
        <>
          <Section
            title="Order"
            says="What you agree with your unit for this project. The price is internal and may be 0; no platform fee is added (R2)."
          >
            <OrderPart view={view} mayPropose={await hasRight('contract.award')} />
          </Section>
          <Section
            title="Readers"
            says="Seats are given by the same rules as everybody’s: credentials, the panel’s independence (R7), one organisation at a time (R32)."
          >
            <ReaderTable view={view} />
          </Section>
          {mayManage ? (
            <Section
              title="Invite own people"
              says={`${counted(view.unit.invited, 'invitation')} open. They join ${view.unit.name}, confirm their attestation there, and add their credentials.`}
            >
              <InviteOwn />
            </Section>
          ) : null}
        </>
      )}
    </>
  );
}

function answerOf({ unit, order, proposal, readers, measured }: OwnStaffView) {
  if (unit === null) return 'You have no own staff here yet. Make an in-house unit, then invite your people.';
  const seated = readers.filter((one) => one.seats.length > 0).length;
  const ready = readers.filter((one) => one.seats.length > 0 && one.gaps.length === 0).length;
  const standing =
    order !== null
      ? `up to ${counted(order.hoursPerWeek, 'hour')} a week agreed`
      : proposal !== null
        ? 'the order waits for the unit'
        : 'no order yet';
  return (
    <>
      <strong>{seated}</strong> of {counted(readers.length, 'own reader')} {seated === 1 ? 'has' : 'have'} a
      seat, <strong>{ready}</strong> {ready === 1 ? 'is' : 'are'} ready to read; {standing}.
      {measured === null
        ? null
        : ` ${counted(measured.reads, 'read')} so far${measured.readsPerHour === null ? '' : `, ${measured.readsPerHour.toFixed(1)} an active hour`}${measured.goldN === 0 ? '' : `, ${measured.goldOk} of ${measured.goldN} gold answers right`}.`}
    </>
  );
}
