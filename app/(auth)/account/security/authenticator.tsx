'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { toast } from '#app/_ui/toast.ts';
import { ConfirmWithCode } from './confirm-with-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SetUp } from './set-up.tsx';

export type AuthenticatorProps = { isOn: boolean; isGivenHere: boolean; recoveryCodesLeft: number };

/** Set-up while there is none; afterwards what can be done with it. New recovery codes stay on the page until they are put away. */
export function Authenticator({ isOn, isGivenHere, recoveryCodesLeft }: AuthenticatorProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  function show(fresh: readonly string[]) {
    setCodes(fresh);
    router.refresh();
  }
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />;
  if (!isOn) return <SetUp onDone={show} />;
  return (
    <div className="flex flex-col gap-8">
      {isGivenHere ? null : (
        <Part
          title="This session"
          says="Give a code once, and data that asks for a second factor opens here."
        >
          <ConfirmWithCode
            verb="Confirm this session"
            says="Your password and a code confirm that this session is yours."
            confirm={async (proof) => {
              await client.identity.reauthenticate.mutate(proof);
              toast.success('This session is confirmed.');
              router.refresh();
            }}
          />
        </Part>
      )}
      <Part
        title="Recovery codes"
        says={`Each lets you in once without the app. ${recoveryCodesLeft <= 3 ? 'Few are left: make new ones.' : 'New ones make the earlier ones void.'}`}
      >
        <ConfirmWithCode
          verb="Make new recovery codes"
          says="The codes you have now stop working."
          confirm={async (proof) =>
            show((await client.identity.renewRecoveryCodes.mutate(proof)).recoveryCodes)
          }
        />
      </Part>
      <Part
        title="Take it off"
        says="To move to another phone, take the app off here and set it up again on the new one."
      >
        <ConfirmWithCode
          danger
          verb="Take the app off"
          says="From then on your password alone signs you in, and data that asks for a second factor is shut to you."
          confirm={async (proof) => {
            await client.identity.endSecondFactor.mutate(proof);
            toast.success('The authenticator app is off.');
            router.refresh();
          }}
        />
      </Part>
    </div>
  );
}

function Part({ title, says, children }: { title: string; says: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col items-start gap-2">
      <h2 className="font-semibold text-lg">{title}</h2>
      <p className="prose-width text-ink-2 text-sm">{says}</p>
      {children}
    </section>
  );
}
