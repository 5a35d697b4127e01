'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { OwnReader, OwnStaffView } from '#server/own-staff/schemas.ts';

/** Who of the unit reads here, who could, and what each still lacks. */
export function ReaderTable({ view }: { view: OwnStaffView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const done = (words: string) => ({
    onSuccess: () => {
      toast.success(words);
      router.refresh();
    },
  });
  const seat = useMutation(trpc.ownStaff.seat.mutationOptions(done('The seat is given.')));
  const unseat = useMutation(trpc.ownStaff.unseat.mutationOptions(done('The seat is taken back.')));
  const { id: projectId } = view.project;
  if (view.readers.length === 0)
    return (
      <EmptyState title="Nobody reads for your unit yet">
        Invite your people below. Once they have joined they are listed here with what they still lack.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      <Refusal error={seat.error ?? unseat.error} title="The seat was not changed." />
      <ul className="divide-y divide-line border-line border-y">
        {view.readers.map((reader) => (
          <li
            key={reader.personId}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 py-3"
          >
            <div className="min-w-0 flex-1 text-sm">
              <p className="font-medium">{reader.name}</p>
              <p className="truncate text-ink-3">
                {reader.email}
                {reader.hoursPerWeek === null ? ', hours not said' : `, ${reader.hoursPerWeek} h a week`}
              </p>
              <Lacks reader={reader} />
            </div>
            <div className="flex flex-wrap items-center gap-2">
              {reader.seats.map((one) => (
                <span key={one.engagementId} className="flex items-center gap-2">
                  <Badge tone={reader.gaps.length === 0 ? 'good' : 'attention'}>
                    {one.role === 'annotator' ? 'Reads' : 'Reviews'}
                    {reader.gaps.length === 0 ? '' : ', not ready'}
                  </Badge>
                  <Button
                    size="sm"
                    aria-label={`Take back the seat of ${reader.name}`}
                    disabled={unseat.isPending}
                    onClick={() => unseat.mutate({ projectId, engagementId: one.engagementId })}
                  >
                    Take back
                  </Button>
                </span>
              ))}
              {reader.seats.length === 0 && view.order !== null ? (
                <Button
                  size="sm"
                  aria-label={`Give ${reader.name} a seat`}
                  disabled={reader.refusals.length > 0 || seat.isPending}
                  onClick={() => seat.mutate({ projectId, personId: reader.personId, role: 'annotator' })}
                >
                  Give a seat
                </Button>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Lacks({ reader }: { reader: OwnReader }) {
  const says = [...(reader.seats.length === 0 ? reader.refusals : []), ...reader.gaps];
  if (says.length === 0) return null;
  return (
    <ul className="mt-1 list-disc pl-4 text-ink-2">
      {says.map((one) => (
        <li key={one.code}>{one.message}</li>
      ))}
    </ul>
  );
}
