'use client';

import { useTRPCClient } from '#app/_trpc/client.tsx';
import { CertifyDialog } from './certify-dialog.tsx';

/** An organisation certifies return or destruction after an agreement that has ended. */
export function CertifyWindDown({ dutyId, title }: { dutyId: string; title: string }) {
  const client = useTRPCClient();
  return (
    <CertifyDialog
      of={`under the ${title.toLowerCase()}`}
      onCertify={async (certificate) => {
        await client.agreements.certifyWindDown.mutate({ dutyId, certificate });
      }}
    />
  );
}
