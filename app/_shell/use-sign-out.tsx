'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { leave } from './sign-in-call.ts';

/**
 * Signs somebody out by their own wish: what they kept on this device is sent, and removed from it. Where something can't be sent, they choose.
 * A screen that locks keeps all: whoever stands before it may be somebody else.
 */
export function useSignOut(personId: string, appBuild: string): { signOut(): void; question: ReactNode } {
  const [unsent, setUnsent] = useState(0);
  const [isPending, setIsPending] = useState(false);
  const end = async () => {
    await forget(personId);
    await leave();
  };
  const signOut = async () => {
    if (isPending) return;
    setIsPending(true);
    try {
      const left = await send(personId, appBuild);
      if (left === 0) await end();
      else setUnsent(left);
    } finally {
      setIsPending(false);
    }
  };
  const question = (
    <Dialog
      open={unsent > 0}
      onOpenChange={(isOpen) => (isOpen ? undefined : setUnsent(0))}
      title={`${unsent} ${unsent === 1 ? 'case is' : 'cases are'} not sent yet`}
      description="What you put down about them is on this device alone. Stay, and open their batch again when there is a connection: they are sent then."
      footer={
        <>
          <Button variant="danger" onClick={() => void end()}>
            Sign out and lose them
          </Button>
          <Button variant="primary" onClick={() => setUnsent(0)}>
            Stay
          </Button>
        </>
      }
    />
  );
  return { signOut: () => void signOut(), question };
}

// Loaded when somebody signs out: no other page needs it.
const shelves = async (personId: string) => {
  const [{ browserStore, SHELVES }, kept] = await Promise.all([
    import('#app/(reading)/_session/device-store.ts'),
    import('#app/(reading)/_session/kept-of-person.ts'),
  ]);
  return { ...kept, own: browserStore(`${SHELVES}.${personId}`, Date.now) };
};

async function send(personId: string, appBuild: string): Promise<number> {
  const { own, sendKept } = await shelves(personId);
  const { browserCalls } = await import('#app/(reading)/_session/browser-calls.ts');
  return sendKept(own, (batchId, tier) => browserCalls(batchId, tier, { personId, appBuild }), Date.now);
}

async function forget(personId: string): Promise<void> {
  const { own, forgetKept } = await shelves(personId);
  forgetKept(own);
}
