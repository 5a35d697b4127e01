'use client';

import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Says that the address is not confirmed, what that keeps from, and sends the link again. */
export function ConfirmAddress({ email }: { email: string }) {
  const trpc = useTRPC();
  const resend = useMutation(
    trpc.identity.resendConfirmation.mutationOptions({
      onSuccess: ({ isSent }) =>
        isSent
          ? toast.success(`The link was sent to ${email}.`)
          : toast.error('Three links were sent within the hour. Use the newest one, or try again later.'),
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="prose-width text-attention-ink text-sm">
        Not confirmed yet: you cannot sign, bid or take work. Open the link in the mail.
      </p>
      <Button size="sm" pending={resend.isPending} onClick={() => resend.mutate()}>
        Send link again
      </Button>
    </div>
  );
}
