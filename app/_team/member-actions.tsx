'use client';

import { useMutation } from '@tanstack/react-query';
import { EllipsisVertical } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { roleName } from '#app/_shell/role-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { DropdownMenu, type MenuEntry } from '#app/_ui/dropdown-menu.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { Role } from '#server/command/capabilities.ts';

type Props = { personId: string; name: string; roles: readonly Role[]; grantable: readonly Role[] };
/** What is about to end: one role, or the whole membership. */
type Ending = { role: Role | null };

/** Gives and ends the roles of one member; what it means is said first. */
export function MemberActions({ personId, name, roles, grantable }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const [ending, setEnding] = useState<Ending | null>(null);
  const grant = useMutation(
    trpc.identity.grantRole.mutationOptions({
      onSuccess: (_, { role }) => {
        toast.success(`${roleName(role)} given; it counts at once.`);
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  const end = useMutation(
    trpc.identity.endMembership.mutationOptions({
      onSuccess: () => {
        setEnding(null);
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  const held = roles.filter((role) => grantable.includes(role));
  const given = grantable.filter((role) => !roles.includes(role));
  const entries: MenuEntry[] = [
    ...given.map(
      (role): MenuEntry => ({
        label: `Give role: ${roleName(role)}`,
        onSelect: () => grant.mutate({ personId, role }),
      }),
    ),
    ...(given.length > 0 ? [{ kind: 'separator' } as const] : []),
    ...(held.length > 1
      ? held.map(
          (role): MenuEntry => ({
            label: `End role: ${roleName(role)}`,
            onSelect: () => setEnding({ role }),
          }),
        )
      : []),
    { label: 'End membership…', danger: true, onSelect: () => setEnding({ role: null }) },
  ];
  const verb = ending?.role ? 'End role' : 'End membership';
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="quiet"
            size="icon-sm"
            aria-label={`Roles of ${name}`}
            icon={<EllipsisVertical aria-hidden />}
          />
        }
        entries={entries}
      />
      <Dialog
        size="sm"
        title={ending?.role ? `End role: ${roleName(ending.role)}` : 'End membership'}
        description={`${name} loses these rights with their next click. What they made stays. You can invite them again.`}
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null);
        }}
        footer={
          <Button
            variant="danger"
            pending={end.isPending}
            onClick={() => end.mutate({ personId, ...(ending?.role ? { role: ending.role } : {}) })}
          >
            {verb}
          </Button>
        }
      />
    </>
  );
}
