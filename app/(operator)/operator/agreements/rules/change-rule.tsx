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

export type ChangeRuleProps = { words: string } & (
  | { mode: 'end'; requirementId: string }
  | { mode: 'start'; dataClass: string; requirement: string }
);

/** Ends an access rule or asks for one, from today, with a reason and the operator's password. */
export function ChangeRule(props: ChangeRuleProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const verb = props.mode === 'end' ? 'End' : 'Ask for it';

  async function change() {
    setIsPending(true);
    try {
      await client.identity.reauthenticate.mutate({ password, code });
      if (props.mode === 'end') {
        await client.agreements.endGateRule.mutate({ requirementId: props.requirementId, reason });
      } else {
        const { dataClass, requirement } = props;
        await client.agreements.startGateRule.mutate({ dataClass, requirement, reason });
      }
      setIsOpen(false);
      setReason('');
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
      title={props.mode === 'end' ? 'End this rule' : 'Ask for this from today'}
      description={
        props.mode === 'end'
          ? `“${props.words}” is no longer asked for, from today on, at every door.`
          : `“${props.words}” is asked for from today on. People who do not meet it lose sight of the data at once.`
      }
      trigger={
        <Button size="sm" variant="quiet" aria-label={`${verb}: ${props.words}`}>
          {verb}…
        </Button>
      }
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant={props.mode === 'end' ? 'danger' : 'primary'} pending={isPending} onClick={change}>
          {props.mode === 'end' ? 'End rule' : 'Start rule'}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field label="Reason" name="reason" hint="Kept in the audit trail" error={wrong.reason}>
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
