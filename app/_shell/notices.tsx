'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { byItself, useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DropdownMenu, type MenuEntry } from '#app/_ui/dropdown-menu.tsx';

const SHOWN = 12;
const LOOK_AGAIN_MS = 60_000;

/** What happened that this person should know, newest first; the button says how much of it is unread. */
export function Notices() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const list = useQuery(trpc.notifications.list.queryOptions({ limit: SHOWN }, byItself(LOOK_AGAIN_MS)));
  const markRead = useMutation(
    trpc.notifications.markRead.mutationOptions({
      onSettled: () => cache.invalidateQueries({ queryKey: trpc.notifications.list.queryKey() }),
    }),
  );
  const items = list.data?.items ?? [];
  const unread = list.data?.unread ?? 0;
  const entries: MenuEntry[] = [
    { kind: 'heading', label: items.length === 0 ? 'Nothing has happened yet.' : 'What happened' },
    ...items.map(
      (notice): MenuEntry => ({
        label: (
          <span
            className={cn('block whitespace-normal', notice.readAt === null ? 'font-medium' : 'text-ink-2')}
          >
            {notice.title}
          </span>
        ),
        hint: <DateTime at={notice.createdAt} />,
        href: notice.href ?? undefined,
        onSelect: () => notice.readAt === null && markRead.mutate({ ids: [notice.id] }),
      }),
    ),
  ];
  if (unread > 0) {
    entries.push({ kind: 'separator' }, { label: 'Mark all as read', onSelect: () => markRead.mutate({}) });
  }
  const label = unread === 0 ? 'Notices' : `Notices, ${unread} unread`;
  return (
    <DropdownMenu
      trigger={
        <Button
          variant="quiet"
          size="icon"
          aria-label={label}
          icon={
            <span className="relative">
              <Bell aria-hidden />
              {unread === 0 ? null : (
                <span aria-hidden className="-top-0.5 -right-0.5 absolute size-2 rounded-full bg-accent" />
              )}
            </span>
          }
        />
      }
      entries={entries}
    />
  );
}
