'use client';

import { useMutation } from '@tanstack/react-query';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Asks for a screening of everybody; a job does it and the page shows it when it has ended. */
export function ScreenNow() {
  const trpc = useTRPC();
  const ask = useMutation(
    trpc.registers.screenEverybody.mutationOptions({
      onSuccess: () => toast('Everybody is being screened. Load the page again in a minute.'),
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'That did not work.'),
    }),
  );
  return (
    <Button pending={ask.isPending} onClick={() => ask.mutate()}>
      Screen everybody now
    </Button>
  );
}
