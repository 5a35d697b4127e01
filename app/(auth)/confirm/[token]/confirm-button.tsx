'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';

/** Confirms the address and goes on: home when signed in, else to sign-in. */
export function ConfirmButton({ token, isSignedIn }: { token: string; isSignedIn: boolean }) {
  const trpc = useTRPC();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const confirm = useMutation(
    trpc.identity.confirmAddress.mutationOptions({
      onSuccess: () => window.location.assign(isSignedIn ? '/' : '/sign-in?address=confirmed'),
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <div className="flex flex-col items-start gap-4">
      <FormErrorSummary problems={problems} title="The address is not confirmed" />
      <Button
        variant="primary"
        size="lg"
        pending={confirm.isPending || confirm.isSuccess}
        onClick={() => confirm.mutate({ token })}
      >
        Confirm address
      </Button>
    </div>
  );
}
