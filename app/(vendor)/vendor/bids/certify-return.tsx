'use client';

import { CertifyDialog } from '#app/_agreements/certify-dialog.tsx';
import { useTRPCClient } from '#app/_trpc/client.tsx';

/** The vendor certifies return or destruction of what it held of a pilot that was not awarded (R16). */
export function CertifyReturn({ pilotId, project }: { pilotId: string; project: string }) {
  const client = useTRPCClient();
  return (
    <CertifyDialog
      of={`of the pilot for ${project}`}
      onCertify={async (certificate) => {
        await client.pilots.certifyReturn.mutate({ pilotId, certificate });
      }}
    />
  );
}
