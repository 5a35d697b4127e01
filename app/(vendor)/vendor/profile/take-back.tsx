'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Switch } from '#app/_ui/switch.tsx';
import { toast } from '#app/_ui/toast.ts';

const words = (error: unknown) =>
  refusalProblems(error)
    .map((one) => one.message)
    .join(' ');

type Shown = { evidenceId: string } | { referenceId: string } | { sampleId: string };

/** Takes something back from the page at once; it stays on record. */
export function TakeBack({ of, what }: { of: Shown; what: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isPending, setIsPending] = useState(false);
  async function takeBack() {
    setIsPending(true);
    try {
      if ('evidenceId' in of) await client.vendors.withdrawEvidence.mutate(of);
      else if ('referenceId' in of) await client.vendors.withdrawReference.mutate(of);
      else await client.vendors.withdrawSample.mutate(of);
      toast.success('It is shown to nobody any more.');
      router.refresh();
    } catch (error) {
      toast.error(words(error));
    } finally {
      setIsPending(false);
    }
  }
  return (
    <div>
      <Button
        size="sm"
        variant="quiet"
        pending={isPending}
        onClick={takeBack}
        aria-label={`Withdraw ${what}`}
      >
        Withdraw
      </Button>
    </div>
  );
}

/** Shows the card of a pilot to other sponsors, or hides it; takes effect at once. */
export function ShowCard({ pilotId, isShown }: { pilotId: string; isShown: boolean }) {
  const client = useTRPCClient();
  const router = useRouter();
  return (
    <div className="max-w-[360px]">
      <Switch
        label="Show it to sponsors you bid with"
        checked={isShown}
        onCheckedChange={async (checked) => {
          try {
            await client.vendors.showScorecard.mutate({ pilotId, isShown: checked });
            router.refresh();
          } catch (error) {
            toast.error(words(error));
          }
        }}
      />
    </div>
  );
}
