'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AvailabilityView } from '#server/staffing/roster-view-schemas.ts';

type Asked = AvailabilityView['asked'][number];

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const weekOf = (startOn: string, week: number) =>
  DAY.format(new Date(Date.parse(`${startOn}T00:00:00Z`) + week * 7 * 86_400_000));

/** Places on rosters: a plan proposes, the person accepts or declines. */
export function AskedOfYou({ asked }: { asked: readonly Asked[] }) {
  return (
    <section aria-label="Asked of you" className="flex flex-col gap-2">
      <h2 className="font-semibold text-lg">Asked of you</h2>
      <ul className="divide-y divide-line border-line border-y">
        {asked.map((one) => (
          <Proposal key={one.assignmentId} one={one} />
        ))}
      </ul>
      <p className="prose-width text-ink-3 text-sm">
        Accepting puts you on the project through the organisation that asks. Declining costs you nothing: it
        is not counted anywhere.
      </p>
    </section>
  );
}

function Proposal({ one }: { one: Asked }) {
  const trpc = useTRPC();
  const router = useRouter();
  const answer = useMutation(
    trpc.staffing.answerAssignment.mutationOptions({
      onSuccess: ({ status }) => {
        toast.success(status === 'accepted' ? 'Accepted: you are on the project' : 'Declined');
        router.refresh();
      },
      onError: (error) => {
        toast.error(error.message);
        router.refresh();
      },
    }),
  );
  const total = one.hours.reduce((a, b) => a + b, 0);
  const weeks = one.hours.flatMap((hours, week) =>
    hours >= 0.05 ? [`${weekOf(one.startOn, week)}: ${hours.toFixed(1)} h`] : [],
  );
  const send = (choice: 'accept' | 'decline') =>
    answer.mutate({ assignmentId: one.assignmentId, answer: choice });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium text-base">
          {one.title} <span className="font-normal text-ink-2">as {one.role}</span>
        </p>
        <p className="text-ink-2 text-sm">
          {one.vendor} · {total.toFixed(1)} h in all
        </p>
        <p className="text-ink-3 text-sm">Weeks from {weeks.join(' · ')}</p>
      </div>
      {one.status === 'accepted' ? (
        <Badge tone="good">accepted</Badge>
      ) : (
        <div className="flex gap-2">
          <Button
            variant="primary"
            size="sm"
            pending={answer.isPending}
            aria-label={`Accept ${one.title}`}
            onClick={() => send('accept')}
          >
            Accept
          </Button>
          <Button
            size="sm"
            disabled={answer.isPending}
            aria-label={`Decline ${one.title}`}
            onClick={() => send('decline')}
          >
            Decline
          </Button>
        </div>
      )}
    </li>
  );
}
