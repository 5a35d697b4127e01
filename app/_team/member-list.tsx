'use client';

import { useMutation } from '@tanstack/react-query';
import { EllipsisVertical } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { roleName } from '#app/_shell/role-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { DropdownMenu, type MenuEntry } from '#app/_ui/dropdown-menu.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { Role } from '#server/command/capabilities.ts';

export type Member = { personId: string; name: string; email: string; roles: readonly Role[]; since: Date };
type Ending = { member: Member; role?: Role };

/** The people of an organisation; their roles are given and ended here, each with what it means said first. */
export function MemberList({
  members,
  grantable,
}: {
  members: readonly Member[];
  grantable: readonly Role[];
}) {
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

  function entriesOf(member: Member): MenuEntry[] {
    const missing = grantable.filter((role) => !member.roles.includes(role));
    const held = member.roles.filter((role) => grantable.includes(role));
    return [
      ...missing.map(
        (role): MenuEntry => ({
          label: `Give role: ${roleName(role)}`,
          onSelect: () => grant.mutate({ personId: member.personId, role }),
        }),
      ),
      { kind: 'separator' },
      ...(held.length > 1
        ? held.map(
            (role): MenuEntry => ({
              label: `End role: ${roleName(role)}`,
              onSelect: () => setEnding({ member, role }),
            }),
          )
        : []),
      { label: 'End membership…', danger: true, onSelect: () => setEnding({ member }) },
    ];
  }

  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {members.map((member) => (
          <li key={member.personId} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <span className="min-w-0 flex-1">
              <span className="block font-medium text-base">{member.name}</span>
              <span className="block break-all text-ink-3 text-sm">{member.email}</span>
            </span>
            <span className="text-ink-2 text-sm">{member.roles.map(roleName).join(', ')}</span>
            <span className="hidden text-ink-3 text-sm sm:inline">
              since <DateTime at={member.since} format="day" />
            </span>
            <DropdownMenu
              trigger={
                <Button
                  variant="quiet"
                  size="icon"
                  aria-label={`Roles of ${member.name}`}
                  icon={<EllipsisVertical aria-hidden />}
                />
              }
              entries={entriesOf(member)}
            />
          </li>
        ))}
      </ul>
      <Dialog
        size="sm"
        title={ending?.role === undefined ? 'End membership' : `End role: ${roleName(ending.role)}`}
        description={`${ending?.member.name ?? ''} loses these rights with their next click. What they made stays. You can invite them again.`}
        open={ending !== null}
        onOpenChange={(open) => {
          if (!open) setEnding(null);
        }}
        footer={
          <Button
            variant="danger"
            pending={end.isPending}
            onClick={() => {
              if (ending === null) return;
              end.mutate({ personId: ending.member.personId, role: ending.role });
            }}
          >
            {ending?.role === undefined ? 'End membership' : 'End role'}
          </Button>
        }
      />
    </>
  );
}
