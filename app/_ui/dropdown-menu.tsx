'use client';

import Link from 'next/link';
import * as RadixMenu from 'radix-ui/dropdown-menu';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { usePortalContainer } from './portal-container.tsx';

export type MenuEntry =
  | { kind: 'heading'; label: ReactNode }
  | { kind: 'separator' }
  | {
      kind?: 'item';
      label: ReactNode;
      hint?: ReactNode;
      icon?: ReactNode;
      shortcut?: string | undefined;
      href?: string | undefined;
      onSelect?: (() => void) | undefined;
      disabled?: boolean | undefined;
      danger?: boolean | undefined;
      checked?: boolean | undefined;
    };

export type DropdownMenuProps = {
  trigger: ReactNode;
  entries: readonly MenuEntry[];
  align?: 'start' | 'center' | 'end' | undefined;
};

const itemStyle =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';

/** A short list of actions or places behind a button. */
export function DropdownMenu({ trigger, entries, align = 'end' }: DropdownMenuProps) {
  const container = usePortalContainer();
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal {...(container === undefined ? {} : { container })}>
        <RadixMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 animate-appear overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 text-ink shadow-float"
        >
          {entries.map((entry, index) => (
            // The entries of a menu are fixed while it is open, so their place is their identity.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <MenuLine key={index} entry={entry} />
          ))}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

function MenuLine({ entry }: { entry: MenuEntry }) {
  if (entry.kind === 'separator') return <RadixMenu.Separator className="my-1 h-px bg-line" />;
  if (entry.kind === 'heading') {
    return <RadixMenu.Label className="px-2 pt-1.5 pb-1 text-ink-3 text-xs">{entry.label}</RadixMenu.Label>;
  }
  const body = (
    <>
      {entry.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{entry.label}</span>
        {entry.hint ? <span className="block text-ink-3 text-xs">{entry.hint}</span> : null}
      </span>
      {entry.shortcut ? <kbd className="font-sans text-ink-3 text-xs">{entry.shortcut}</kbd> : null}
    </>
  );
  const className = cn(itemStyle, entry.danger && 'text-critical-ink');
  const disabled = entry.disabled ?? false;
  if (entry.checked !== undefined) {
    return (
      <RadixMenu.CheckboxItem
        checked={entry.checked}
        disabled={disabled}
        onSelect={(event) => {
          // Several boxes are ticked in one visit, so the menu stays.
          event.preventDefault();
          entry.onSelect?.();
        }}
        className={className}
      >
        <span
          aria-hidden
          className={cn(
            'flex size-3.5 shrink-0 items-center justify-center rounded-sm border border-control text-[10px] text-on-accent leading-none',
            entry.checked && 'border-accent bg-accent',
          )}
        >
          {entry.checked ? '✓' : ''}
        </span>
        {body}
      </RadixMenu.CheckboxItem>
    );
  }
  if (entry.href !== undefined) {
    return (
      <RadixMenu.Item asChild disabled={disabled} onSelect={() => entry.onSelect?.()}>
        <Link href={entry.href} className={className}>
          {body}
        </Link>
      </RadixMenu.Item>
    );
  }
  return (
    <RadixMenu.Item disabled={disabled} onSelect={() => entry.onSelect?.()} className={className}>
      {body}
    </RadixMenu.Item>
  );
}
