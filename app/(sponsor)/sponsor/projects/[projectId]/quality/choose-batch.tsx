'use client';

import { usePathname, useRouter } from 'next/navigation';
import { type Batches, ChooseABatch, ChooseAField, type Fields } from './choose-one.tsx';

export type ChooseBatchProps = { batches: Batches; batchId: string; fields: Fields; field: string };

/** Which batch and which field the page is about; kept in the URL. */
export function ChooseBatch({ batches, batchId, fields, field }: ChooseBatchProps) {
  const router = useRouter();
  const path = usePathname();
  const go = (query: Record<string, string>) => router.replace(`${path}?${new URLSearchParams(query)}`);
  return (
    <div className="mb-6 grid gap-4 sm:max-w-[560px] sm:grid-cols-2">
      <ChooseABatch batches={batches} value={batchId} onChange={(batch) => go({ batch, field })} />
      <ChooseAField fields={fields} value={field} onChange={(key) => go({ batch: batchId, field: key })} />
    </div>
  );
}
