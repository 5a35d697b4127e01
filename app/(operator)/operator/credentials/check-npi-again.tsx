'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Compares the number with NPPES now, as after the person has mended their name. */
export function CheckNpiAgain({ credentialId }: { credentialId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const check = useMutation(
    trpc.registers.checkNpi.mutationOptions({
      onSuccess: () => {
        toast('Compared with NPPES.');
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'That did not work.'),
    }),
  );
  return (
    <Button size="sm" pending={check.isPending} onClick={() => check.mutate({ credentialId })}>
      Compare again
    </Button>
  );
}
