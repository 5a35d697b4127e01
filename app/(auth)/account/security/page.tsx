import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { Authenticator } from './authenticator.tsx';

export const metadata: Metadata = { title: 'Security' };

/** The second factor of one's own account: set up, recovery codes, taken off. */
export default async function SecurityPage() {
  const { isOn, since, recoveryCodesLeft, isGivenHere } = await loaded((call) =>
    call.identity.secondFactor(),
  );
  return (
    <div className="max-w-[720px]">
      <PageHeader title="Security" crumbs={[{ label: 'Account', href: '/account' }, { label: 'Security' }]}>
        <AnswerLine>
          {isOn && since !== null ? (
            <>
              Your authenticator app is on since <DateTime at={since} format="day" />;{' '}
              <strong>{recoveryCodesLeft}</strong> of 10 recovery codes{' '}
              {recoveryCodesLeft === 1 ? 'is' : 'are'} left.
              {isGivenHere ? null : ' This session was opened without a code.'}
            </>
          ) : (
            'Your password alone signs you in. Some data, such as protected health information, may ask for an authenticator app as well.'
          )}
        </AnswerLine>
      </PageHeader>
      <Authenticator isOn={isOn} isGivenHere={isGivenHere} recoveryCodesLeft={recoveryCodesLeft} />
    </div>
  );
}
