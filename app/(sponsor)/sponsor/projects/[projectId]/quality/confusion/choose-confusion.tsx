'use client';

import { usePathname, useRouter } from 'next/navigation';
import {
  type Batches,
  ChooseABatch,
  ChooseAField,
  ChooseOne,
  type Fields,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-one.tsx';
import { REFERENCE_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';

type Choice = { batch: string; field: string; reference: string; alias: string };

export type ChooseConfusionProps = {
  batches: Batches;
  fields: Fields;
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
  const references = (['gold', 'others', 'final'] as const).map((value) => {
    const isThere = available.includes(value);
    return { value, label: `${REFERENCE_WORDS[value]}${isThere ? '' : ' (none yet)'}`, disabled: !isThere };
  });
  return (
    <div className="mb-6 grid gap-4 sm:max-w-[960px] sm:grid-cols-2 lg:grid-cols-4">
      <ChooseABatch batches={batches} value={now.batch} onChange={(batch) => go({ batch })} />
      <ChooseAField fields={fields} value={now.field} onChange={(field) => go({ field })} />
      <ChooseOne
        label="Held against"
        options={references}
        value={now.reference}
        onChange={(reference) => go({ reference })}
      />
      <ChooseOne
        label="Reader"
        none="Everybody"
        options={aliases.map((alias) => ({ value: alias, label: alias }))}
        value={now.alias}
        onChange={(alias) => go({ alias })}
      />
    </div>
  );
}
