'use client';

import { usePathname, useRouter } from 'next/navigation';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';

export type ChooseBatchProps = {
  batches: readonly { id: string; label: string }[];
  batchId: string;
  fields: readonly { key: string; label: string }[];
  field: string;
};

/** Which batch and which field the page is about; kept in the URL. */
export function ChooseBatch({ batches, batchId, fields, field }: ChooseBatchProps) {
  const router = useRouter();
  const path = usePathname();
  const go = (query: Record<string, string>) => router.replace(`${path}?${new URLSearchParams(query)}`);
  return (
    <div className="mb-6 grid gap-4 sm:max-w-[560px] sm:grid-cols-2">
      <Field label="Batch">
        <NativeSelect value={batchId} onChange={(event) => go({ batch: event.target.value, field })}>
          {batches.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Field">
        <NativeSelect value={field} onChange={(event) => go({ batch: batchId, field: event.target.value })}>
          {fields.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </NativeSelect>
      </Field>
    </div>
  );
}
