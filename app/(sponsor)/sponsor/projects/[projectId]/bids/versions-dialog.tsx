'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { BidVersions } from '#app/_bids/bid-versions.tsx';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { SkeletonText } from '#app/_ui/skeleton.tsx';

/** What a vendor offered before, asked for when it is opened. */
export function VersionsDialog({ bidId, version }: { bidId: string; version: number }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const history = useQuery({ ...trpc.bids.history.queryOptions({ bidId }), enabled: open });
  return (
    <Dialog
      title="Versions of the bid"
      description="Each stays as it was handed in; the newest counts."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" variant="quiet">
          Version {version}
        </Button>
      }
    >
      {history.data ? (
        <BidVersions history={history.data} />
      ) : history.error ? (
        <p className="text-critical-ink">{history.error.message}</p>
      ) : (
        <SkeletonText lines={3} />
      )}
    </Dialog>
  );
}
