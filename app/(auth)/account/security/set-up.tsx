'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';

type Enrolment = { secret: string; uri: string; qr: { size: number; path: string } };

/** Password, picture to scan, first code. The secret is on the page only until the code has confirmed it. */
export function SetUp({ onDone }: { onDone: (recoveryCodes: readonly string[]) => void }) {
  const client = useTRPCClient();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [isPending, setIsPending] = useState(false);
  const attempt = async (run: () => Promise<void>) => {
    setIsPending(true);
    await run().then(
      () => setProblems([]),
      (error: unknown) => setProblems(refusalProblems(error)),
    );
    setIsPending(false);
  };
  const parts = { problems, isPending };
  return enrolment === null ? (
    <PasswordStep
      {...parts}
      onPassword={(password) =>
        attempt(async () => setEnrolment(await client.identity.beginSecondFactor.mutate({ password })))
      }
    />
  ) : (
    <ScanStep
      {...parts}
      enrolment={enrolment}
      onCode={(code) =>
        attempt(async () =>
          onDone((await client.identity.confirmSecondFactor.mutate({ code })).recoveryCodes),
        )
      }
    />
  );
}

type StepProps = { problems: readonly FormProblem[]; isPending: boolean };

function PasswordStep({
  problems,
  isPending,
  onPassword,
}: StepProps & { onPassword: (password: string) => void }) {
  const [password, setPassword] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    onPassword(password);
    setPassword('');
  }
  return (
    <form noValidate method="post" onSubmit={submit} className="flex max-w-sm flex-col gap-4">
      <h2 className="font-semibold text-lg">Set up an authenticator app</h2>
      <p className="text-ink-2 text-sm">
        You need an app that makes six-digit codes on your phone or computer; any will do. Begin with your
        password.
      </p>
      <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
      <Field label="Password" name="password" error={byField(problems).password}>
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={isPending} disabled={password === ''}>
          Begin
        </Button>
      </div>
    </form>
  );
}

function ScanStep({
  problems,
  isPending,
  enrolment,
  onCode,
}: StepProps & { enrolment: Enrolment; onCode: (code: string) => void }) {
  const [code, setCode] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  function submit(event: FormEvent) {
    event.preventDefault();
    onCode(code);
    setCode('');
  }
  const { size, path } = enrolment.qr;
  return (
    <form noValidate method="post" onSubmit={submit} className="flex flex-col gap-4">
      <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg">
        Scan this with your app
      </h2>
      <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
      <div className="flex flex-col gap-6 sm:flex-row">
        {/* Dark on white in both themes: that is what cameras read. */}
        <svg
          role="img"
          aria-label="Picture with the secret for your authenticator app; it stands as text beside it"
          viewBox={`0 0 ${size} ${size}`}
          shapeRendering="crispEdges"
          className="size-48 shrink-0 rounded-md border border-line"
        >
          <rect width={size} height={size} fill="white" />
          <path d={path} fill="black" />
        </svg>
        <div className="flex min-w-0 max-w-sm flex-col gap-4">
          <div>
            <p className="text-ink-2 text-sm">Or type this secret into the app (time-based, six digits):</p>
            <p className="mt-1 break-words font-mono text-base">{enrolment.secret}</p>
          </div>
          <CodeField
            always
            value={code}
            onChange={setCode}
            error={byField(problems).code}
            hint="The six digits that the app shows now."
          />
          <div>
            <Button type="submit" variant="primary" pending={isPending} disabled={code.trim() === ''}>
              Turn on
            </Button>
          </div>
        </div>
      </div>
    </form>
  );
}
