'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** The end of a negotiation: the settled text is printed and sent to both sides to sign. */
export function SendToSign({ agreementId, open }: { agreementId: string; open: number }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send() {
    setIsPending(true);
    setProblem(null);
    try {
      await client.agreements.send.mutate({ agreementId });
      toast.success('The text is settled and can be signed.');
      router.refresh();
    } catch (error) {
      setProblem(refusalProblems(error)[0]?.message ?? 'It could not be sent. Try again.');
    }
    setIsPending(false);
  }
  return (
    <section className="flex flex-col items-start gap-2" aria-label="Negotiation">
      <h2 className="font-semibold text-base">Negotiation</h2>
      <p className="text-ink-2 text-sm">
        {open === 0
          ? 'No wording waits for an answer. Send the text when it is settled.'
          : `${open} ${open === 1 ? 'wording waits' : 'wordings wait'} for an answer. Nothing is signed before the text is settled.`}
      </p>
      <Button variant="primary" disabled={open > 0} pending={isPending} onClick={send}>
        Send text to sign
      </Button>
      {problem === null ? null : (
        <p role="alert" className="text-critical-ink text-sm">
          {problem}
        </p>
      )}
    </section>
  );
}
