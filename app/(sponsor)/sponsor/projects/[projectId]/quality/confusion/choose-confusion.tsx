'use client';

import { usePathname, useRouter } from 'next/navigation';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { REFERENCE_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';

type Choice = { batch: string; field: string; reference: string; alias: string };

export type ChooseConfusionProps = {
  batches: readonly { id: string; label: string }[];
  fields: readonly { key: string; label: string }[];
  available: readonly ('gold' | 'others' | 'final')[];
  aliases: readonly string[];
  now: Choice;
};

/** What the table is about; kept in the URL. */
export function ChooseConfusion({ batches, fields, available, aliases, now }: ChooseConfusionProps) {
  const router = useRouter();
  const path = usePathname();
  const go = (change: Partial<Choice>) => {
    const query = { ...now, ...change };
    if (change.batch !== undefined) query.alias = '';
    router.replace(`${path}?${new URLSearchParams(query)}`);
  };
  return (
    <div className="mb-6 grid gap-4 sm:max-w-[960px] sm:grid-cols-2 lg:grid-cols-4">
      <Field label="Batch">
        <NativeSelect value={now.batch} onChange={(event) => go({ batch: event.target.value })}>
          {batches.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Field">
        <NativeSelect value={now.field} onChange={(event) => go({ field: event.target.value })}>
          {fields.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Held against">
        <NativeSelect value={now.reference} onChange={(event) => go({ reference: event.target.value })}>
          {(['gold', 'others', 'final'] as const).map((one) => (
            <option key={one} value={one} disabled={!available.includes(one)}>
              {REFERENCE_WORDS[one]}
              {available.includes(one) ? '' : ' (none yet)'}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Reader">
        <NativeSelect value={now.alias} onChange={(event) => go({ alias: event.target.value })}>
          <option value="">Everybody</option>
          {aliases.map((alias) => (
            <option key={alias} value={alias}>
              {alias}
            </option>
          ))}
        </NativeSelect>
      </Field>
    </div>
  );
}
