'use client';

import { Building2, CircleUser, LogOut, Plus, UserRound } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { DropdownMenu, type MenuEntry } from '#app/_ui/dropdown-menu.tsx';
import { useSignOut } from './use-sign-out.tsx';
import { type SwitcherOrganisation, useSwitch } from './use-switch.ts';

export type AccountMenuProps = {
  name: string;
  email: string;
  personId: string;
  appBuild: string;
  organisations: readonly SwitcherOrganisation[];
};

/** Who is signed in, their other organisations (a phone has no rail to switch in), their account, and the way out. */
export function AccountMenu({ name, email, personId, appBuild, organisations }: AccountMenuProps) {
  const { signOut, question } = useSignOut(personId, appBuild);
  const change = useSwitch();
  const others = organisations.filter((org) => !org.isActive);
  const entries: MenuEntry[] = [
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
    ...others.map(
      (org): MenuEntry => ({
        label: `Act for ${org.legalName}`,
        hint: org.kindWords,
        icon: <Building2 aria-hidden />,
        onSelect: () => change.mutate({ orgId: org.id }),
      }),
    ),
    { label: 'Account and sessions', icon: <UserRound aria-hidden />, href: '/account' },
    { label: 'Add an organisation', icon: <Plus aria-hidden />, href: '/sign-up' },
    { kind: 'separator' },
    { label: 'Sign out', icon: <LogOut aria-hidden />, onSelect: signOut },
  ];
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="quiet"
            size="icon"
            aria-label={`Account of ${name}`}
            icon={<CircleUser aria-hidden />}
          />
        }
        entries={entries}
      />
      {question}
    </>
  );
}
