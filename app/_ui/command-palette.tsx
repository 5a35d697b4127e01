'use client';

import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import * as RadixDialog from 'radix-ui/dialog';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { Kbd } from './kbd.tsx';
import { usePortalContainer } from './portal-container.tsx';

export type CommandItem = {
  id: string;
  label: string;
  /** Heading it stands under: "Pages", "Projects", "Actions". */
  group: string;
  hint?: string | undefined;
  icon?: ReactNode;
  shortcut?: string | undefined;
  keywords?: readonly string[] | undefined;
  href?: string | undefined;
  onRun?: (() => void) | undefined;
};

export type CommandPaletteProps = {
  items: readonly CommandItem[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Finds more by text on the server: projects, people, calls, batches. */
  onSearch?: ((text: string) => Promise<readonly CommandItem[]>) | undefined;
};

/** Finds any page, thing or action by its words. Loaded by the shell when it is first opened. */
export function CommandPalette({ items, open, onOpenChange, onSearch }: CommandPaletteProps) {
  const router = useRouter();
  const container = usePortalContainer();
  const [text, setText] = useState('');
  const found = useFound(text, onSearch);
  const known = new Set(items.map((item) => item.id));
  const all = [...items, ...found.filter((item) => !known.has(item.id))];
  const groups = [...new Set(all.map((item) => item.group))];

  function run(item: CommandItem) {
    onOpenChange(false);
    setText('');
    item.onRun?.();
    if (item.href !== undefined) router.push(item.href);
  }

  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal {...(container === undefined ? {} : { container })}>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-4 top-[12dvh] z-50 mx-auto max-w-xl animate-appear overflow-hidden rounded-lg border border-line-strong bg-surface text-ink shadow-float"
        >
          <RadixDialog.Title className="sr-only">Find anything</RadixDialog.Title>
          <Command label="Find anything" loop>
            <div className="flex items-center gap-2 border-line border-b px-3">
              <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder={
                  onSearch === undefined ? 'Find a page or action' : 'Find a page, project, person or action'
                }
                className="h-11 w-full bg-transparent text-base outline-none"
              />
              <Kbd>Esc</Kbd>
            </div>
            <Command.List className="max-h-[min(60dvh,420px)] overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-ink-2 text-sm">
                Nothing called “{text}”. Try fewer letters.
              </Command.Empty>
              {groups.map((group) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs"
                >
                  {all
                    .filter((item) => item.group === group)
                    .map((item) => (
                      <Command.Item
                        key={item.id}
                        value={`${item.label} ${item.id}`}
                        keywords={[...(item.keywords ?? []), item.hint ?? '']}
                        onSelect={() => run(item)}
                        className="flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3"
                      >
                        {item.icon}
                        <span className="min-w-0 flex-1 truncate">{item.label}</span>
                        {item.hint ? <span className="truncate text-ink-3 text-xs">{item.hint}</span> : null}
                        {item.shortcut ? <Kbd>{item.shortcut}</Kbd> : null}
                      </Command.Item>
                    ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function useFound(text: string, onSearch: CommandPaletteProps['onSearch']): readonly CommandItem[] {
  const asked = useDeferredValue(text.trim());
  const [found, setFound] = useState<{ text: string; items: readonly CommandItem[] }>({
    text: '',
    items: [],
  });
  useEffect(() => {
    if (onSearch === undefined || asked.length < 2) return;
    let current = true;
    // A pause in typing, so that one question is asked and not one for each letter.
    const timer = setTimeout(() => {
      onSearch(asked).then(
        (items) => {
          if (current) setFound({ text: asked, items });
        },
        () => {
          if (current) setFound({ text: asked, items: [] });
        },
      );
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, onSearch]);
  return found.text === asked ? found.items : [];
}
