'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';

/** How far a large draft is loaded; the page looks again every second until it is whole. */
export function LoadProgress({ done, total }: { done: number; total: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), 1000);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <div className="flex max-w-[720px] flex-col gap-2 pb-8">
      <ProgressBar label="Loading cases" done={done} total={total} unit="cases" />
      <p className="text-ink-3 text-sm">
        Nobody meets this batch before it is whole. You can leave the page; loading goes on, also after a
        restart.
      </p>
    </div>
  );
}
