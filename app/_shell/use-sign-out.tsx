'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import type { KeptLeft } from '#app/(reading)/_session/kept-of-person.ts';
import { keptWords } from './kept-words.ts';
import { leave } from './sign-in-call.ts';

/**
 * Signs somebody out by their own wish: what they kept on this device is sent, and removed from it. Where something can't be sent, or was
 * handed in and refused, they are told why and choose. A screen that locks keeps all: whoever stands before it may be somebody else.
 */
export function useSignOut(personId: string, appBuild: string): { signOut(): void; question: ReactNode } {
  const [words, setWords] = useState<ReturnType<typeof keptWords>>(null);
  const [isPending, setIsPending] = useState(false);
  const end = async () => {
    await forget(personId);
    await leave();
  };
  const signOut = async () => {
    if (isPending) return;
    setIsPending(true);
    try {
      const said = keptWords(await send(personId, appBuild));
      if (said === null) await end();
      else setWords(said);
    } finally {
      setIsPending(false);
    }
  };
  const question =
    words === null ? null : (
      <Dialog
        open
        onOpenChange={(isOpen) => (isOpen ? undefined : setWords(null))}
        title={words.title}
        description={words.says[0]}
        footer={
          <>
            <Button variant={words.isLost ? 'danger' : 'secondary'} onClick={() => void end()}>
              {words.isLost ? 'Sign out and lose them' : 'Sign out'}
            </Button>
            <Button data-begin variant="primary" onClick={() => setWords(null)}>
              Stay
            </Button>
          </>
        }
      >
        {words.says.slice(1).map((line) => (
          <p key={line} className="mb-2 text-ink-2 text-sm">
            {line}
          </p>
        ))}
      </Dialog>
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

async function send(personId: string, appBuild: string): Promise<KeptLeft> {
  const { own, sendKept } = await shelves(personId);
  const { browserCalls } = await import('#app/(reading)/_session/browser-calls.ts');
  return sendKept(own, (batchId, tier) => browserCalls(batchId, tier, { personId, appBuild }), Date.now);
}

async function forget(personId: string): Promise<void> {
  const { own, forgetKept } = await shelves(personId);
  forgetKept(own);
}
