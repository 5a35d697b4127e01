'use client';

import { type FormEvent, useEffect, useState } from 'react';
import { announceSignedInAgain, SIGNED_OUT_EVENT } from '#app/_trpc/signed-out.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';
import { enter, leave } from './sign-in-call.ts';

/**
 * Locks the screen over the page when the session is over (R28): what was typed stays below. The password of the
 * same account opens it again; somebody else starts afresh.
 */
export function SessionLock({ email }: { email: string }) {
  const [isLocked, setIsLocked] = useState(false);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isPending, setIsPending] = useState(false);

  useEffect(() => {
    const lock = () => setIsLocked(true);
    window.addEventListener(SIGNED_OUT_EVENT, lock);
    return () => window.removeEventListener(SIGNED_OUT_EVENT, lock);
  }, []);

  async function unlock(event: FormEvent) {
    event.preventDefault();
    setIsPending(true);
    const said = await enter(email, password, code);
    setIsPending(false);
    setCode('');
    setRefusal(said?.words ?? null);
    if (said?.asksCode !== true) setPassword('');
    if (said !== null) return;
    setIsLocked(false);
    announceSignedInAgain();
  }

  return (
    <Dialog
      size="sm"
      title="Your session has ended"
      description="After 15 minutes without use, or 12 hours in all, you are asked for your password again. What is on the page is kept."
      open={isLocked}
      onOpenChange={(open) => {
        // Closing leads out: there is nothing to do on the page without a session.
        if (!open) void leave();
      }}
    >
      <form noValidate onSubmit={unlock} className="flex flex-col gap-4">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field label={`Password of ${email}`} error={refusal ?? undefined}>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <CodeField value={code} onChange={setCode} hint="Six digits, or a recovery code." />
        <div className="flex flex-wrap justify-between gap-2">
          <Button variant="quiet" onClick={() => void leave()}>
            Sign in as somebody else
          </Button>
          <Button type="submit" variant="primary" pending={isPending} disabled={password === ''}>
            Go on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
