import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { AgreementDetail } from '#server/agreements/schemas.ts';
import { isId } from '#server/core/ids.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { documentHref, stateSentence } from './agreement-words.ts';
import { ClauseList } from './clause-list.tsx';
import { DocumentView } from './document-view.tsx';
import { EndAgreement } from './end-agreement.tsx';
import { SendToSign } from './send-to-sign.tsx';
import { SigningCeremony } from './signing-ceremony.tsx';
import { SuspendAgreement } from './suspend-agreement.tsx';
import { VerificationPart, WindDownPart } from './term-parts.tsx';

/** One agreement: its text and exact document, its signatures, and the ceremony when it waits for this side. */
export async function AgreementPage({ agreementId, area }: { agreementId: string; area: string }) {
  if (!isId(agreementId)) notFound();
  const { agreement, capabilities } = await loaded(async (call) => ({
    agreement: await call.agreements.get({ agreementId }),
    capabilities: (await call.identity.me()).capabilities,
  }));
  const maySign = capabilities.includes('agreement.sign');
  return (
    <>
      <PageHeader
        title={agreement.title}
        meta={<StatusPill state={agreement.status} />}
        crumbs={[{ label: 'Agreements', href: `${area}/agreements` }, { label: agreement.title }]}
        actions={<Downloads agreement={agreement} />}
      >
        <AnswerLine>
          {stateSentence(agreement)}
          {agreement.statusReason === null ? null : <> Reason given: {agreement.statusReason}</>}
        </AnswerLine>
      </PageHeader>
      <SplitPane
        aside={<Facts agreement={agreement} maySign={maySign} />}
        asideLabel="Signatures"
        side="right"
        width={360}
        sticky
      >
        <DocumentView
          agreementId={agreement.id}
          title={agreement.title}
          hasPdf={agreement.documentSha256 !== null}
        >
          <p className="prose-width pb-5 text-base text-ink-2 leading-6">
            {agreement.preamble} {agreement.term}
          </p>
          <ClauseList agreement={agreement} mayNegotiate={maySign && agreement.isNegotiable} />
        </DocumentView>
      </SplitPane>
    </>
  );
}

function Downloads({ agreement }: { agreement: AgreementDetail }) {
  return (
    <>
      {agreement.documentSha256 === null ? null : (
        <LinkButton href={documentHref(agreement.id, 'original', true)} prefetch={false}>
          Download document
        </LinkButton>
      )}
      {agreement.hasSealedCopy ? (
        <LinkButton variant="primary" href={documentHref(agreement.id, 'sealed', true)} prefetch={false}>
          Download sealed copy
        </LinkButton>
      ) : null}
    </>
  );
}

function Facts({ agreement, maySign }: { agreement: AgreementDetail; maySign: boolean }) {
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-2">
        <h2 className="font-semibold text-base">Signatures</h2>
        <ul className="divide-y divide-line border-line border-y">
          {agreement.parties.map((party) => {
            const signature = agreement.signatures.find((one) => one.side === party.side);
            return (
              <li key={party.side} className="py-2 text-sm">
                <span className="block font-medium text-base">{party.legalName}</span>
                {signature === undefined ? (
                  <span className="text-ink-3">not signed</span>
                ) : (
                  <span className="text-ink-2">
                    {signature.typedName}, {signature.title}, <DateTime at={signature.signedAt} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </section>
      {agreement.status === 'draft' && maySign ? (
        <SendToSign
          agreementId={agreement.id}
          open={agreement.remarks.filter((one) => one.status === 'open').length}
        />
      ) : null}
      {agreement.maySign.allowed && agreement.documentSha256 !== null ? (
        <SigningCeremony
          agreementId={agreement.id}
          title={agreement.title}
          signerName={agreement.signerName}
          consent={agreement.consent}
          authorityStatement={agreement.authorityStatement}
          documentSha256={agreement.documentSha256}
        />
      ) : agreement.maySign.reason === null ? null : (
        <p className="text-ink-2 text-sm">{agreement.maySign.reason}</p>
      )}
      <WindDownPart agreement={agreement} maySign={maySign} />
      <VerificationPart agreement={agreement} maySign={maySign} />
      <dl className="divide-y divide-line border-line border-y text-sm">
        <Fact term="In force from">{sayDay(agreement.effectiveFrom)}</Fact>
        <Fact term="Until">
          {agreement.effectiveUntil === null ? 'ended by a party' : sayDay(agreement.effectiveUntil)}
        </Fact>
        {agreement.locations.length === 0 ? null : (
          <Fact term="Shown only in">{agreement.locations.join(', ')}</Fact>
        )}
        <Fact term="Text version">
          {agreement.templateVersion}
          {agreement.textVersion > 1 ? `, as negotiated (${agreement.textVersion})` : ''}
        </Fact>
        {agreement.retainUntil === null ? null : (
          <Fact term="Kept until">{sayDay(agreement.retainUntil)}</Fact>
        )}
        {agreement.documentSha256 === null ? null : (
          <Fact term="SHA-256">
            <CopyId id={agreement.documentSha256} />
          </Fact>
        )}
      </dl>
      {maySign ? (
        <div className="-ml-2 flex flex-col items-start gap-1">
          <SuspendAgreement agreement={agreement} />
          <EndAgreement agreementId={agreement.id} title={agreement.title} status={agreement.status} />
        </div>
      ) : null}
    </div>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_1fr] gap-2 py-1.5">
      <dt className="text-ink-3">{term}</dt>
      <dd className="min-w-0 break-all">{children}</dd>
    </div>
  );
}
