import type { inferRouterOutputs } from '@trpc/server';
import { METHOD_WORDS } from '#app/_agreements/term-words.ts';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Duty = NonNullable<inferRouterOutputs<AppRouter>['pilots']['detail']['returnDuty']>;

/** Whether what the vendor held was returned or destroyed, and how (R16). */
export function ReturnLine({ duty }: { duty: Duty }) {
  return (
    <p className="mt-3 flex flex-wrap items-center gap-2 text-sm">
      {duty.certifiedAt && duty.method ? (
        <>
          Return or destruction certified <DateTime at={duty.certifiedAt} />:{' '}
          {METHOD_WORDS[duty.method].toLowerCase()}.
          {duty.certificateSha256 ? <CopyId id={duty.certificateSha256} /> : null}
        </>
      ) : (
        <>
          The vendor has to certify return or destruction of what it held until{' '}
          <DateTime at={new Date(`${duty.dueOn}T12:00:00Z`)} format="day" />.
        </>
      )}
    </p>
  );
}
