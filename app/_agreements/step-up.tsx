'use client';

import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';

/**
 * An act that needs the password entered a moment ago, and a code where the account has a second factor. `run` confirms
 * first and then acts; password and code are dropped after each try. Returns true when it was done.
 */
export function useStepUp() {
  const client = useTRPCClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function run(act: () => Promise<void>): Promise<boolean> {
    setIsPending(true);
    try {
      await client.identity.reauthenticate.mutate({ password, code });
      await act();
      setProblems([]);
      return true;
    } catch (error) {
      setProblems(refusalProblems(error));
      return false;
    } finally {
      setPassword('');
      setCode('');
      setIsPending(false);
    }
  }
  return { run, isPending, problems, setProblems, password, setPassword, code, setCode };
}

/** The fields of `useStepUp`. */
export function StepUpFields({
  stepUp,
  errors,
}: {
  stepUp: ReturnType<typeof useStepUp>;
  errors: Partial<Record<string, string>>;
}) {
  return (
    <>
      <Field label="Your password" name="password" error={errors.password}>
        <Input
          type="password"
          autoComplete="current-password"
          value={stepUp.password}
          onChange={(event) => stepUp.setPassword(event.target.value)}
        />
      </Field>
      <CodeField value={stepUp.code} onChange={stepUp.setCode} error={errors.code} />
    </>
  );
}
