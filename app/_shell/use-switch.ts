'use client';

import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '#app/_trpc/client.tsx';
import { toast } from '#app/_ui/toast.ts';

export type SwitcherOrganisation = { id: string; legalName: string; kindWords: string; isActive: boolean };

/** Makes this session act for another organisation and loads everything anew. */
export function useSwitch() {
  const trpc = useTRPC();
  return useMutation(
    trpc.identity.switchOrganisation.mutationOptions({
      onSuccess: () => window.location.assign('/'),
      onError: (error) => toast.error(error.message),
    }),
  );
}
