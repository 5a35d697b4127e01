'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { deviceWords } from '#app/_shell/device-words.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { toast } from '#app/_ui/toast.ts';

type Session = {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  isThisOne: boolean;
};

/** The devices one is signed in on, each to be ended from here. */
export function SessionList({ sessions }: { sessions: readonly Session[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const onError = (error: { message: string }) => toast.error(error.message);
  const end = useMutation(
    trpc.identity.revokeSession.mutationOptions({
      onSuccess: () => {
        toast.success('The session has ended.');
        router.refresh();
      },
      onError,
    }),
  );
  const endAll = useMutation(
    trpc.identity.signOutEverywhere.mutationOptions({
      onSuccess: () => window.location.assign('/sign-in'),
      onError,
    }),
  );
  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {sessions.map((session) => (
          <li key={session.id} className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <span className="min-w-0 flex-1">
              <span className="block text-base">{deviceWords(session.userAgent)}</span>
              <span className="block text-ink-3 text-sm">
                Since <DateTime at={session.createdAt} />, last used <DateTime at={session.lastSeenAt} />
              </span>
            </span>
            {session.isThisOne ? (
              <Badge tone="neutral">This one</Badge>
            ) : (
              <Button
                size="sm"
                pending={end.isPending && end.variables.sessionId === session.id}
                onClick={() => end.mutate({ sessionId: session.id })}
              >
                End session
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div>
        <Button pending={endAll.isPending} onClick={() => endAll.mutate()}>
          Sign out everywhere
        </Button>
      </div>
    </>
  );
}
