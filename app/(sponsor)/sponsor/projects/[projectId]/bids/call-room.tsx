'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ExtensionList } from '#app/_bids/extension-list.tsx';
import { QuestionList } from '#app/_bids/question-list.tsx';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { InviteMore } from './invite-more.tsx';

export type Room = inferRouterOutputs<AppRouter>['bids']['callRoom'];
type Invitation = Room['invitations'][number];

type CallRoomProps = {
  room: Room;
  mayWrite: boolean;
  vendors: readonly { orgId: string; name: string; country: string; fits: boolean }[];
};

const FOR_WORDS: Record<Room['visibility'], string> = {
  public: 'Every verified vendor may bid.',
  invited: 'Listed for all; the invited may bid.',
  private: 'Only the invited know of it.',
};

/** The call as the sponsor runs it: for whom it is, who is invited, how its end moved, what bidders ask. */
export function CallRoom({ room, mayWrite, vendors }: CallRoomProps) {
  const open = room.questions.filter((one) => one.answer === null).length;
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3">
        <h3 className="font-medium text-base">For whom</h3>
        <p className="text-ink-2 text-sm">
          {FOR_WORDS[room.visibility]}{' '}
          {room.wasSealed
            ? room.isSealed
              ? 'Bids are sealed until the end.'
              : 'Bids were sealed until the end.'
            : 'Bids are seen as they come in.'}
        </p>
        <ExtensionList extensions={room.extensions} />
        {room.invitations.length === 0 ? null : (
          <ul className="divide-y divide-line border-line border-y">
            {room.invitations.map((one) => (
              <InvitationRow
                key={one.vendorOrgId}
                callId={room.callId}
                invitation={one}
                mayWrite={mayWrite && room.status === 'open'}
              />
            ))}
          </ul>
        )}
        {mayWrite && room.status === 'open' && room.visibility !== 'public' ? (
          <InviteMore
            callId={room.callId}
            vendors={vendors.filter(
              (one) => !room.invitations.some((i) => i.vendorOrgId === one.orgId && i.status === 'invited'),
            )}
          />
        ) : null}
      </div>
      <div id="questions" className="flex min-w-0 flex-col gap-3">
        <h3 className="font-medium text-base">
          Questions{open === 0 ? '' : ` (${counted(open, 'waits', 'wait')} for an answer)`}
        </h3>
        <p className="text-ink-3 text-sm">
          Taken until <DateTime at={room.questionsUntil} format="minute" />. Every bidder reads your answer;
          who asked is told to nobody.
        </p>
        <QuestionList
          questions={room.questions}
          empty="No bidder has asked anything."
          open={mayWrite ? (one) => <AnswerForm questionId={one.questionId} /> : undefined}
        />
      </div>
    </div>
  );
}

function InvitationRow({
  callId,
  invitation,
  mayWrite,
}: {
  callId: string;
  invitation: Invitation;
  mayWrite: boolean;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const done = {
    onSuccess: () => router.refresh(),
    onError: (error: { message: string }) => toast.error(error.message),
  };
  const invite = useMutation(trpc.bids.inviteVendors.mutationOptions(done));
  const withdraw = useMutation(trpc.bids.withdrawInvitation.mutationOptions(done));
  const { vendorOrgId, name, status, note } = invitation;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span className="min-w-0 flex-1 text-base">
        {name}
        {note === '' ? null : <span className="block text-ink-3 text-xs">“{note}”</span>}
      </span>
      <StatusPill state={status} tone={status === 'asked' ? 'attention' : undefined}>
        {status === 'asked' ? 'Asks to be invited' : undefined}
      </StatusPill>
      {!mayWrite ? null : status === 'invited' ? (
        <Button
          size="sm"
          variant="quiet"
          pending={withdraw.isPending}
          onClick={() => withdraw.mutate({ callId, vendorOrgId })}
        >
          Withdraw
        </Button>
      ) : (
        <>
          <Button
            size="sm"
            pending={invite.isPending}
            onClick={() => invite.mutate({ callId, vendorOrgIds: [vendorOrgId] })}
          >
            Invite
          </Button>
          {status === 'asked' ? (
            <Button
              size="sm"
              variant="quiet"
              pending={withdraw.isPending}
              onClick={() => withdraw.mutate({ callId, vendorOrgId })}
            >
              Turn down
            </Button>
          ) : null}
        </>
      )}
    </li>
  );
}

function AnswerForm({ questionId }: { questionId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [answer, setAnswer] = useState('');
  const [wrong, setWrong] = useState<string>();
  const send = useMutation(
    trpc.bids.answerQuestion.mutationOptions({
      onSuccess: () => {
        toast.success('Every bidder has your answer');
        router.refresh();
      },
      onError: (error) => setWrong(error.message),
    }),
  );
  return (
    <form
      noValidate
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const short = answer.trim().length < 3;
        setWrong(short ? 'Write an answer.' : undefined);
        if (!short) send.mutate({ questionId, answer });
      }}
    >
      <Field label="Answer" error={wrong}>
        <Textarea
          rows={2}
          maxLength={2000}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
      </Field>
      <div>
        <Button size="sm" type="submit" pending={send.isPending}>
          Answer for all bidders
        </Button>
      </div>
    </form>
  );
}
