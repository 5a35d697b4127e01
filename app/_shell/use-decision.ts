import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ZodType } from 'zod';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';
import { formProblems, refusalProblems } from './read-form.ts';

/**
 * A dialog that asks for a decision: what is given is checked by `input` and sent by `decide`, then it closes and the page is read anew.
 * What was wrong the last time is not news the next time.
 */
export function useDecision<Input>(of: {
  input: ZodType<Input>;
  decide: (input: Input) => Promise<unknown>;
  /** What is said when it is done. */
  done: string;
}) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const { mutate, isPending } = useMutation({
    mutationFn: of.decide,
    onSuccess: () => {
      setOpen(false);
      toast.success(of.done);
      router.refresh();
    },
    onError: (error) => setProblems(refusalProblems(error)),
  });
  const onOpenChange = (isOpen: boolean) => {
    setOpen(isOpen);
    setProblems([]);
  };
  const submit = (given: unknown) => {
    const parsed = of.input.safeParse(given);
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) mutate(parsed.data);
  };
  return { dialog: { open, onOpenChange }, problems, isPending, submit };
}
