'use client';

import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Kbd } from './kbd.tsx';
import { useHotkey } from './use-hotkey.ts';

export type ShortcutGroup = {
  title: string;
  shortcuts: readonly { keys: readonly string[]; does: string }[];
};

/** The keys that work anywhere in the shell. */
export const shellShortcuts: ShortcutGroup = {
  title: 'Everywhere',
  shortcuts: [
    { keys: ['Ctrl', 'K'], does: 'Find a page, project, person or action' },
    { keys: ['?'], does: 'Show these keys' },
    { keys: ['Esc'], does: 'Close what is open' },
  ],
};

export type ShortcutHelpProps = {
  groups: readonly ShortcutGroup[];
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
};

/** What the keyboard can do here; opens with `?`. */
export function ShortcutHelp({ groups, open, onOpenChange }: ShortcutHelpProps) {
  const [innerOpen, setInnerOpen] = useState(false);
  const shown = open ?? innerOpen;
  const setShown = (next: boolean) => {
    setInnerOpen(next);
    onOpenChange?.(next);
  };
  useHotkey({ key: '?' }, () => setShown(true));
  return (
    <Dialog title="Keyboard" open={shown} onOpenChange={setShown}>
      <div className="flex flex-col gap-5">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-ink-3 text-xs">{group.title}</h3>
            <dl className="divide-y divide-line">
              {group.shortcuts.map((shortcut) => (
                <div key={shortcut.does} className="flex min-h-8 items-center justify-between gap-4">
                  <dt className="text-sm">{shortcut.does}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {shortcut.keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
