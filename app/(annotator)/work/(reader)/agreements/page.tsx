import type { Metadata } from 'next';
import { AgreementCentre } from '#app/_agreements/agreement-centre.tsx';
import { ConfirmAttestations } from '#app/_agreements/confirm-attestations.tsx';
import { GateNote } from '#app/_agreements/gate-note.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Agreements' };

/** Independents sign for themselves (R20); everyone else, whoever signs for their organisation too, confirms what it attests of them (R19). */
export default async function WorkAgreementsPage() {
  const { me, centre, attestations, text } = await loaded(async (call) => {
    const account = await call.identity.me();
    const mayRead = account.capabilities.includes('agreement.read');
    return {
      me: account,
      centre: mayRead ? await call.agreements.centre() : null,
      attestations: await call.agreements.ownAttestations(),
      text: await call.agreements.attestationText(),
    };
  });
  const kind = me.organisations.find((org) => org.id === me.activeOrgId)?.kind;
  if (centre !== null && kind === 'independent') {
    return <AgreementCentre centre={centre} area="/work" maySign />;
  }
  const open = attestations.filter((one) => one.confirmedAt === null).length;
  const closed = centre?.projects.filter((project) => !project.decision.allowed) ?? [];
  return (
    <div className="flex flex-col gap-8">
      <PageHeader title="Agreements">
        <AnswerLine>
          {open > 0
            ? 'Your organisation waits for you to confirm that you work under its control.'
            : attestations.length > 0
              ? 'You have confirmed what your organisation states about you.'
              : 'Your organisation has not attested you yet; data that needs no attestation opens all the same.'}
        </AnswerLine>
      </PageHeader>
      <section className="flex flex-col gap-3" aria-label="Attestations">
        <h2 className="font-semibold text-lg">What is stated about you</h2>
        {attestations.length === 0 ? (
          <EmptyState title="Nothing to confirm">
            When your organisation attests that you are its trained workforce, you confirm it here.
          </EmptyState>
        ) : (
          <ConfirmAttestations attestations={attestations} text={text} />
        )}
      </section>
      {closed.length === 0 ? null : (
        <section className="flex flex-col gap-3" aria-label="Projects">
          <h2 className="font-semibold text-lg">What still has to be signed</h2>
          {closed.map((project) => (
            <GateNote
              key={project.projectId}
              subject={`“${project.title}”`}
              decision={project.decision}
              area="/work"
            />
          ))}
        </section>
      )}
    </div>
  );
}
