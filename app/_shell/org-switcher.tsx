'use client';

import { ChevronsUpDown } from 'lucide-react';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';
import { type SwitcherOrganisation, useSwitch } from './use-switch.ts';

/** The organisation one acts for; a menu when there are several. Switching loads everything anew. */
export function OrgSwitcher({ organisations }: { organisations: readonly SwitcherOrganisation[] }) {
  const change = useSwitch();
  const active = organisations.find((org) => org.isActive);
  if (active !== undefined && organisations.length === 1) {
    return (
      <div className="px-2">
        <Name org={active} />
      </div>
    );
  }
  return (
    <DropdownMenu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Organisation: ${active?.legalName ?? 'none'}. Switch`}
          disabled={change.isPending}
          className="flex w-full items-center gap-2 rounded-md px-2 py-1 text-left transition-colors duration-[120ms] hover:bg-hover"
        >
          <span className="min-w-0 flex-1">
            {active === undefined ? (
              <span className="text-sm">Choose an organisation</span>
            ) : (
              <Name org={active} />
            )}
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
        </button>
      }
      entries={organisations.map((org) => ({
        label: org.legalName,
        hint: org.isActive ? `${org.kindWords} · active` : org.kindWords,
        disabled: org.isActive,
        onSelect: () => change.mutate({ orgId: org.id }),
      }))}
    />
  );
}

function Name({ org }: { org: SwitcherOrganisation }) {
  return (
    <>
      <span className="block truncate font-medium text-sm">{org.legalName}</span>
      <span className="block truncate text-ink-3 text-xs">{org.kindWords}</span>
    </>
  );
}
