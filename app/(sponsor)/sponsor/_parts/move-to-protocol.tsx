'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type Replaced, sayReplaced } from './move-words.ts';
import { refusalOf } from './refusal.tsx';

export type MoveToProtocolProps = {
  batchId: string;
  /** What it is called here: "draft", "pilot". */
  noun: string;
  replaced: Replaced;
  mayMove: boolean;
};

/**
 * R6: a draft whose protocol version was replaced is moved to the one in force before it opens; what stays and what is looked at again. One
 * note with the one button that is of use: until then the draft cannot be opened (`BatchActions`), and a refused move is said here too.
 */
export function MoveToProtocol({ batchId, noun, replaced, mayMove }: MoveToProtocolProps) {
  const { inForce } = replaced;
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
  const refusal = move.error === null ? null : refusalOf(move.error);
  return (
    <div className="mb-6 max-w-[720px]" role={refusal === null ? undefined : 'alert'}>
      <DecisionNote
        outcome="refused"
        title={
          refusal === null
            ? `This ${noun} moves to protocol version ${inForce} before it opens.`
            : `This ${noun} could not move to protocol version ${inForce}.`
        }
        because={refusal?.because ?? sayReplaced(replaced)}
        changes={mayMove ? refusal?.changes : [{ says: 'Your project manager moves it.' }]}
        action={
          mayMove ? (
            <Button
              variant="primary"
              pending={move.isPending || move.isSuccess}
              onClick={() => move.mutate({ batchId })}
            >
              Move to version {inForce}
            </Button>
          ) : null
        }
      />
    </div>
  );
}
