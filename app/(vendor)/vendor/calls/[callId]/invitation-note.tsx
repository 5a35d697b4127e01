'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';

type InvitationNoteProps = {
  callId: string;
  invitation: 'asked' | 'invited' | 'declined' | 'withdrawn' | null;
};

/** How the vendor stands to a call for the invited, and what it can do about it. */
export function InvitationNote({ callId, invitation }: InvitationNoteProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [note, setNote] = useState('');
  const done = (words: string) => ({
    onSuccess: () => {
      toast.success(words);
      router.refresh();
    },
    onError: (error: { message: string }) => toast.error(error.message),
  });
  const ask = useMutation(trpc.bids.askForInvitation.mutationOptions(done('The sponsor has your request')));
  const decline = useMutation(trpc.bids.declineInvitation.mutationOptions(done('Invitation declined')));
  if (invitation === 'asked')
    return (
      <p className="text-ink-2">You have asked to be invited. You get a note when the sponsor answers.</p>
    );
  if (invitation === 'withdrawn')
    return (
      <p className="text-ink-2">
        Only invited vendors may bid, and the sponsor does not invite you to this call.
      </p>
    );
  if (invitation === 'invited') {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-ink-2">You are invited to bid.</p>
        <Button
          size="sm"
          variant="quiet"
          pending={decline.isPending}
          onClick={() => decline.mutate({ callId, note })}
        >
          Decline invitation
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">
        {invitation === 'declined'
          ? 'You have declined the invitation. If that has changed, ask again.'
          : 'Only invited vendors may bid on this call. Ask the sponsor to invite you.'}
      </p>
      <Field label="Why you fit" name="note" optional>
        <Input value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div>
        <Button variant="primary" pending={ask.isPending} onClick={() => ask.mutate({ callId, note })}>
          Ask for an invitation
        </Button>
      </div>
    </div>
  );
}
