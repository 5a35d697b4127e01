import { z } from 'zod';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { type AgreementDetail, WIND_DOWN_METHODS } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { CertifyWindDown } from './certify-wind-down.tsx';
import { METHOD_WORDS } from './term-words.ts';
import { VerifySafeguards } from './verify-safeguards.tsx';

const shown = z.object({ method: z.enum(WIND_DOWN_METHODS), systems: z.string() });

type PartProps = { agreement: AgreementDetail; maySign: boolean };

/** Who still has to return or destroy what, and the certificates there are. */
export function WindDownPart({ agreement, maySign }: PartProps) {
  if (agreement.duties.length === 0) return null;
  return (
    <section className="flex flex-col gap-2" aria-label="Return or destruction">
      <h2 className="font-semibold text-base">Return or destruction</h2>
      <ul className="divide-y divide-line border-line border-y text-sm">
        {agreement.duties.map((duty) => {
          const certificate = shown.safeParse(duty.certificate);
          return (
            <li key={duty.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="min-w-0 flex-1">
                <span className="block font-medium text-base">{duty.orgName}</span>
                {duty.certifiedAt === null ? (
                  <span className="text-ink-3">to certify by {sayDay(duty.dueOn)}</span>
                ) : (
                  <span className="text-ink-2">
                    {certificate.success ? METHOD_WORDS[certificate.data.method] : 'Certified'},{' '}
                    <DateTime at={duty.certifiedAt} format="day" />
                    {duty.certificateSha256 === null ? null : <CopyId id={duty.certificateSha256} />}
                  </span>
                )}
              </span>
              {duty.isOwn && duty.certifiedAt === null && maySign ? (
                <CertifyWindDown dutyId={duty.id} title={agreement.title} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The yearly word on the safeguards: when it is due, the last one, and the way to give it. */
export function VerificationPart({ agreement, maySign }: PartProps) {
  const [newest] = agreement.verifications;
  if (agreement.verificationDueOn === null && newest === undefined) return null;
  return (
    <section className="flex flex-col items-start gap-2" aria-label="Safeguards">
      <h2 className="font-semibold text-base">Safeguards</h2>
      <p className="text-ink-2 text-sm">
        {newest === undefined ? (
          'Not verified yet.'
        ) : (
          <>
            Verified by {newest.expertName}, {newest.expertTitle}, on{' '}
            <DateTime at={newest.signedAt} format="day" />; {newest.inPlace.length} safeguards in place.
          </>
        )}
        {agreement.verificationDueOn === null
          ? null
          : ` The next is due by ${sayDay(agreement.verificationDueOn)}.`}
      </p>
      {newest?.hasSealedCopy ? (
        <DocumentLink href={`/api/documents/verifications/${newest.id}/sealed`}>
          Open the sealed verification
        </DocumentLink>
      ) : null}
      {agreement.verifiesSafeguards && maySign && agreement.verificationDueOn !== null ? (
        <VerifySafeguards agreementId={agreement.id} />
      ) : null}
    </section>
  );
}
