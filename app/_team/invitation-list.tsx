'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { roleName } from '#app/_shell/role-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { toast } from '#app/_ui/toast.ts';
import { useTableUrl } from '#app/_ui/use-table-url.ts';
import type { Role } from '#server/command/capabilities.ts';

export type OpenInvitation = { invitationId: string; email: string; role: Role; expiresAt: Date };

/** A page of the invitations that nobody has accepted yet, newest first. */
export function InvitationList({
  invitations,
  inAll,
  next,
  canRevoke,
}: {
  invitations: readonly OpenInvitation[];
  inAll: number;
  next: string | null;
  canRevoke: boolean;
}) {
  const url = useTableUrl('invited_', false);
  const trpc = useTRPC();
  const router = useRouter();
  const revoke = useMutation(
    trpc.identity.revokeInvitation.mutationOptions({
      onSuccess: () => router.refresh(),
      onError: (error) => toast.error(error.message),
    }),
  );
  if (inAll === 0) {
    return <p className="border-line border-y py-3 text-ink-3 text-sm">No invitation is open.</p>;
  }
  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {invitations.map((one) => (
          <li key={one.invitationId} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <span className="min-w-0 flex-1 break-all text-base">{one.email}</span>
            <span className="text-ink-2 text-sm">{roleName(one.role)}</span>
            <span className="text-ink-3 text-sm">
              until <DateTime at={one.expiresAt} format="day" />
            </span>
            {canRevoke ? (
              <Button
                size="sm"
                pending={revoke.isPending && revoke.variables.invitationId === one.invitationId}
                onClick={() => revoke.mutate({ invitationId: one.invitationId })}
              >
                Take back
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <div className="flex min-h-8 items-center justify-between gap-3 text-ink-3 text-xs">
        <span role="status">
          {invitations.length === inAll ? inAll : `${invitations.length} of ${inAll}`}{' '}
          {inAll === 1 ? 'invitation' : 'invitations'}
        </span>
        <span className="flex gap-2">
          {url.get('after') === '' ? null : (
            <LinkButton size="sm" href={url.hrefWith({ after: '' })} scroll={false}>
              First page
            </LinkButton>
          )}
          {next === null ? null : (
            <LinkButton size="sm" href={url.hrefWith({ after: next })} scroll={false}>
              Next page
            </LinkButton>
          )}
        </span>
      </div>
    </>
  );
}
