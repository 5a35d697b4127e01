'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';

type DropOutDialogProps = { assignmentId: string; name: string; isEngaged: boolean };

/** Notes that somebody is out, from when on; never why. */
export function DropOutDialog({ assignmentId, name, isEngaged }: DropOutDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [fromOn, setFromOn] = useState(() => new Date().toISOString().slice(0, 10));
  const [forGood, setForGood] = useState(false);
  const [problem, setProblem] = useState<string>();
  const drop = useMutation(
    trpc.staffing.dropOut.mutationOptions({
      onSuccess: async () => {
        setOpen(false);
        toast.success(`${name} is off the roster; find a substitute`);
        await client.invalidateQueries({ queryKey: trpc.staffing.plan.queryKey() });
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  return (
    <Dialog
      title={`${name} drops out`}
      description="Their hours from this day on are open. Why is nobody’s business and is not asked. They are told that they are off the roster."
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" aria-label={`${name} drops out`}>
          Drops out
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="danger"
            pending={drop.isPending}
            onClick={() => drop.mutate({ assignmentId, fromOn, forGood })}
          >
            Take off the roster
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="From" error={problem}>
          <Input type="date" value={fromOn} onChange={(event) => setFromOn(event.target.value)} />
        </Field>
        {isEngaged ? (
          <Checkbox
            label="For good"
            hint="Ends their work on this project: open cases are finished and paid, no new ones."
            checked={forGood}
            onCheckedChange={(checked) => setForGood(checked === true)}
          />
        ) : null}
      </div>
    </Dialog>
  );
}
