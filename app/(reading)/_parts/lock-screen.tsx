'use client';

import { type FormEvent, useState } from 'react';
import { enter, leave } from '#app/_shell/sign-in-call.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';

/**
 * R28: shown instead of the case after 15 idle minutes, and when somebody else has signed in on this browser. The draft and what is unsent
 * are kept; the password brings the case back.
 */
export function LockScreen({
  email,
  isOthersSession,
  onUnlock,
}: {
  email: string;
  isOthersSession: boolean;
  onUnlock: () => void;
}) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const [isPending, setIsPending] = useState(false);
  async function unlock(event: FormEvent) {
    event.preventDefault();
    setIsPending(true);
    const said = await enter(email, password, code);
    setIsPending(false);
    setCode('');
    setAsksCode(said?.asksCode ?? false);
    if (said?.asksCode !== true) setPassword('');
    setRefusal(said?.words);
    if (said === null) onUnlock();
  }
  return (
    <section aria-label="Screen locked" className="flex min-h-0 flex-1 items-center justify-center p-6">
      <form onSubmit={unlock} noValidate className="flex w-full max-w-sm flex-col gap-4">
        <div>
          <h1 className="font-semibold text-xl">Screen locked</h1>
          <p className="mt-1 text-ink-2 text-sm">
            {isOthersSession
              ? 'Somebody else is signed in on this browser; sign in as yourself to send what you have kept.'
              : 'Nothing happened here for 15 minutes, or your session has ended. What you had put down is kept.'}
          </p>
        </div>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label={`Password of ${email}`} error={asksCode ? undefined : refusal}>
          <Input
            type="password"
            autoFocus
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {asksCode ? (
          <CodeField
            always
            value={code}
            onChange={setCode}
            error={refusal}
            hint="Six digits, or a recovery code."
          />
        ) : null}
        <div className="flex flex-wrap justify-between gap-2">
          {/* Whoever is signed in has that session for themselves: it is not ended from here. */}
          {isOthersSession ? (
            <LinkButton variant="quiet" href="/work">
              Leave this page
            </LinkButton>
          ) : (
            <Button variant="quiet" onClick={() => void leave()}>
              Sign in as somebody else
            </Button>
          )}
          <Button type="submit" variant="primary" pending={isPending} disabled={password === ''}>
            Go on reading
          </Button>
        </div>
      </form>
    </section>
  );
}
