'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Takes the app off somebody who has lost it and the recovery codes, once the operator knows that it is them. */
export function ResetSecondFactor({ personId, name }: { personId: string; name: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function reset() {
    setIsPending(true);
    try {
      await client.identity.reauthenticate.mutate({ password, code });
      const { sessionsEnded } = await client.identity.resetSecondFactor.mutate({ personId, reason });
      setIsOpen(false);
      toast.success(`${name} signs in with the password again; ${sessionsEnded} sessions ended.`);
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setPassword('');
    setCode('');
    setIsPending(false);
  }

  const wrong = byField(problems);
  return (
    <Dialog
      title={`Reset the second factor of ${name}`}
      description="Only after you have made sure who asks, by a way other than mail. Their sessions end and they are told."
      trigger={
        <Button size="sm" variant="quiet">
          Reset second factor…
        </Button>
      }
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="danger" pending={isPending} onClick={reset}>
          Reset second factor
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field
          label="How you made sure who it is"
          name="reason"
          hint="Kept in the audit trail"
          error={wrong.reason}
        >
          <Textarea value={reason} rows={3} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <Field label="Your password" name="password" error={wrong.password}>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <CodeField value={code} onChange={setCode} error={wrong.code} />
      </div>
    </Dialog>
  );
}
