'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { refusalProblems, sendChecked } from '#app/_shell/read-form.ts';
import { useTRPC, useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { changeDelegationInput, type DelegationStatus } from '#server/credentials/delegation-schemas.ts';

type Change = 'suspend' | 'reinstate' | 'revoke';

const WORDS: Record<Change, { verb: string; description: string; done: string }> = {
  suspend: {
    verb: 'Suspend',
    description: 'It checks nothing more until you reinstate it. What it has checked goes on counting.',
    done: 'The delegation is suspended.',
  },
  reinstate: {
    verb: 'Reinstate',
    description: 'Its checks count again from now on.',
    done: 'The delegation is in force again.',
  },
  revoke: {
    verb: 'Revoke',
    description:
      'For good. What rests on its checks counts as the vendor’s word at once and comes to the desk; where a rule asks for more, its people claim nothing new until you have asked the source.',
    done: 'The delegation is revoked; its checks are at the desk.',
  },
};

const CHANGES: Record<DelegationStatus, readonly Change[]> = {
  active: ['suspend', 'revoke'],
  suspended: ['reinstate', 'revoke'],
  expired: ['revoke'],
  revoked: [],
};

/** What an operator can do with a delegation: draw a sample now, suspend, reinstate, revoke. */
export function DelegationActs(props: { delegationId: string; vendor: string; status: DelegationStatus }) {
  const { delegationId, vendor, status } = props;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {status === 'revoked' ? null : <DrawSample delegationId={delegationId} vendor={vendor} />}
      {CHANGES[status].map((change) => (
        <ChangeDelegation key={change} change={change} delegationId={delegationId} vendor={vendor} />
      ))}
    </div>
  );
}

function DrawSample({ delegationId, vendor }: { delegationId: string; vendor: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const draw = useMutation(
    trpc.credentials.drawSample.mutationOptions({
      onSuccess: ({ drawn }) => {
        if (drawn === 0) toast.success('Every check that counts has been looked at.');
        else toast.success(`${drawn} ${drawn === 1 ? 'check waits' : 'checks wait'} at the desk.`);
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'No sample was drawn.'),
    }),
  );
  return (
    <Button
      size="sm"
      pending={draw.isPending}
      aria-label={`Draw a sample of ${vendor}`}
      onClick={() => draw.mutate({ delegationId })}
    >
      Draw a sample now
    </Button>
  );
}

function ChangeDelegation(props: { change: Change; delegationId: string; vendor: string }) {
  const { change, delegationId, vendor } = props;
  const client = useTRPCClient();
  const { verb, description, done } = WORDS[change];
  const title = `${verb} the delegation of ${vendor}`;
  return (
    <FormDialog
      verb={verb}
      size="sm"
      title={title}
      label={title}
      description={description}
      done={done}
      onSend={(values) =>
        sendChecked(
          changeDelegationInput,
          { delegationId, change, reason: values.reason },
          client.credentials.changeDelegation.mutate,
        )
      }
    >
      {(errors) => (
        <Field label="Reason" name="reason" hint="The vendor reads it" error={errors.reason}>
          <Textarea name="reason" rows={3} />
        </Field>
      )}
    </FormDialog>
  );
}
