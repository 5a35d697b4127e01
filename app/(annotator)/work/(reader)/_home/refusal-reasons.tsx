import { Fragment } from 'react';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { ReasonChange } from '#app/_ui/reason-change.tsx';

/** Why work was refused that had been offered: each reason with what would change it, or the refusal's one sentence. */
export function RefusalReasons({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const data = callErrorData(error);
  const reasons = data?.details ?? [];
  return (
    <p role="alert" className="mt-1 text-critical-ink text-xs">
      {reasons.length > 0
        ? reasons.map((reason) => (
            <Fragment key={reason.code + reason.message}>
              {reason.message} <ReasonChange change={reason.change} />{' '}
            </Fragment>
          ))
        : data === null
          ? 'Readroom could not be reached. Try again.'
          : (error as Error).message}
    </p>
  );
}
