'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { byItself, useTRPC } from '#app/_trpc/client.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';

const LOOK_AGAIN_MS = 1_000;

/** How far a large draft is loaded; it is asked again every second, and the page drawn anew once it is whole. */
export function LoadProgress({ batchId, done, total }: { batchId: string; done: number; total: number }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data } = useQuery(trpc.work.batch.queryOptions({ batchId }, byItself(LOOK_AGAIN_MS)));
  const isOver = data !== undefined && data.loadState !== 'loading';
  useEffect(() => {
    if (isOver) router.refresh();
  }, [isOver, router]);
  return (
    <div className="flex max-w-[720px] flex-col gap-2 pb-8">
      <ProgressBar label="Loading cases" done={data?.loadedCount ?? done} total={total} unit="cases" />
      <p className="text-ink-3 text-sm">
        Nobody meets this batch before it is whole. You can leave the page; loading goes on, also after a
        restart.
      </p>
    </div>
  );
}
