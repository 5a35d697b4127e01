'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';

type InviteMoreProps = {
  callId: string;
  vendors: readonly { orgId: string; name: string; country: string; fits: boolean }[];
};

/** Invites one more vendor, best fit first. */
export function InviteMore({ callId, vendors }: InviteMoreProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [orgId, setOrgId] = useState('');
  const chosen = vendors.find((one) => one.orgId === orgId) ?? vendors[0];
  const invite = useMutation(
    trpc.bids.inviteVendors.mutationOptions({
      onSuccess: () => {
        toast.success('Invited');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  if (!chosen) return null;
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Field label="Invite another vendor" className="min-w-0 flex-1">
        <NativeSelect value={chosen.orgId} onChange={(event) => setOrgId(event.target.value)}>
          {vendors.map((one) => (
            <option key={one.orgId} value={one.orgId}>
              {one.name} ({one.country}
              {one.fits ? '' : ', fails a gate'})
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Button
        pending={invite.isPending}
        onClick={() => invite.mutate({ callId, vendorOrgIds: [chosen.orgId] })}
      >
        Invite vendor
      </Button>
    </div>
  );
}
