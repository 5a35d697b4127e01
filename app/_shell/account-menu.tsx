'use client';

import { CircleUser, LogOut, Plus, UserRound } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';
import { leave } from './sign-in-call.ts';

/** Who is signed in, the way to their account, and out. */
export function AccountMenu({ name, email }: { name: string; email: string }) {
  return (
    <DropdownMenu
      trigger={
        <Button
          variant="quiet"
          size="icon"
          aria-label={`Account of ${name}`}
          icon={<CircleUser aria-hidden />}
        />
      }
      entries={[
        {
          kind: 'heading',
          label: (
            <>
              <span className="block font-medium text-ink text-sm">{name}</span>
              {email}
            </>
          ),
        },
        { kind: 'separator' },
        { label: 'Account and sessions', icon: <UserRound aria-hidden />, href: '/account' },
        { label: 'Add an organisation', icon: <Plus aria-hidden />, href: '/sign-up' },
        { kind: 'separator' },
        { label: 'Sign out', icon: <LogOut aria-hidden />, onSelect: () => void leave() },
      ]}
    />
  );
}
