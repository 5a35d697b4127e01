'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type Replaced, sayReplaced } from './move-words.ts';
import { Refusal } from './refusal.tsx';

export type MoveToProtocolProps = {
  batchId: string;
  /** What it is called here: "draft", "pilot". */
  noun: string;
  replaced: Replaced;
  mayMove: boolean;
};

/** R6: a draft whose protocol version was replaced is moved to the one in force before it opens; what stays and what is looked at again. */
export function MoveToProtocol({ batchId, noun, replaced, mayMove }: MoveToProtocolProps) {
  const { version, inForce } = replaced;
  const trpc = useTRPC();
  const router = useRouter();
  const move = useMutation(
    trpc.work.moveToProtocol.mutationOptions({
      onSuccess: (moved) => {
        toast.success(`The ${noun} is read by protocol version ${moved.version}.`);
        router.refresh();
      },
    }),
  );
  return (
    <div className="mb-6 flex max-w-[720px] flex-col items-start gap-3">
      <DecisionNote
        className="w-full"
        outcome="refused"
        title={`This ${noun} opens on protocol version ${inForce}, not ${version}.`}
        because={sayReplaced(replaced)}
        changes={mayMove ? [] : [{ says: 'Your project manager moves it.' }]}
      />
      {mayMove ? (
        <Button
          variant="primary"
          pending={move.isPending || move.isSuccess}
          onClick={() => move.mutate({ batchId })}
        >
          Move to version {inForce}
        </Button>
      ) : null}
      <Refusal error={move.error} title={`The ${noun} was not moved.`} />
    </div>
  );
}
