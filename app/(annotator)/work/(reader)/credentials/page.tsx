import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { QualificationView } from '#server/credentials/schemas.ts';
import type { CredentialView } from '#server/credentials/view-schemas.ts';
import { listCountries } from '#server/identity/countries.ts';
import { AddCredential } from './add-credential.tsx';
import { CredentialItem } from './credential-item.tsx';
import { Exclusion } from './exclusion.tsx';
import { IdentityDetails } from './identity-details.tsx';
import { PrivacyTraining } from './privacy-training.tsx';

export const metadata: Metadata = { title: 'Credentials' };

const SOON_DAYS = 90;
const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The wallet: what is verified, what expires, and what to add. */
export default async function CredentialsPage() {
  const { wallet, own } = await loaded(async (call) => ({
    wallet: await call.credentials.wallet(),
    own: await call.registers.own(),
  }));
  const countries = listCountries();
  const soon = dayAfter(SOON_DAYS);
  return (
    <>
      <PageHeader title="Credentials" actions={<AddCredential countries={countries} />}>
        <AnswerLine>{answerOf(wallet.credentials, soon)}</AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {own.exclusions.map((one) => (
          <Exclusion key={one.hitId} exclusion={one} />
        ))}
        {wallet.credentials.length === 0 ? (
          <EmptyState title="No credentials yet" action={<AddCredential countries={countries} />}>
            Licences, certifications and degrees that you add are checked at their source and open work to
            you.
          </EmptyState>
        ) : (
          <section aria-label="Your credentials">
            <ul className="divide-y divide-line border-line border-y">
              {wallet.credentials.map((one) => (
                <CredentialItem key={one.id} one={one} isExpiring={isExpiring(one, soon)} />
              ))}
            </ul>
          </section>
        )}
        <section className="flex flex-col gap-3" aria-label="Who you are">
          <h2 className="font-semibold text-lg">Who you are</h2>
          <IdentityDetails details={own.details} />
        </section>
        <section className="flex flex-col gap-3" aria-label="Training">
          <h2 className="font-semibold text-lg">Training</h2>
          <PrivacyTraining validUntil={privacyUntil(wallet.qualifications)} />
        </section>
      </div>
    </>
  );
}

function answerOf(credentials: readonly CredentialView[], soon: string) {
  const verified = credentials.filter((one) => one.status === 'verified').length;
  const expiring = credentials.filter((one) => isExpiring(one, soon)).length;
  if (credentials.length === 0)
    return 'You have added nothing yet. Work that asks for a credential is closed to you.';
  return (
    <>
      <strong>
        {verified} of {credentials.length}
      </strong>{' '}
      verified at the source
      {expiring === 0 ? (
        '.'
      ) : (
        <>
          ; <strong>{expiring}</strong> to renew within {SOON_DAYS} days.
        </>
      )}
    </>
  );
}

function isExpiring({ expiresOn, status }: CredentialView, soon: string): boolean {
  return expiresOn !== null && expiresOn <= soon && !['expired', 'revoked'].includes(status);
}

function privacyUntil(qualifications: readonly QualificationView[]): Date | null {
  return qualifications.find((one) => one.kind === 'privacy_training')?.validUntil ?? null;
}
