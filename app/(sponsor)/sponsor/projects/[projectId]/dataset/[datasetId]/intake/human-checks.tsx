'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { HUMAN_CODES } from '#server/datasets/intake-schemas.ts';
import { FINDING_WORDS } from './finding-words.ts';

type HumanChecksProps = {
  datasetId: string;
  requiredAssets: readonly string[];
  assetNames: readonly { name: string; cases: number }[];
  cases: number;
};

/** What only a person knows: which views every case needs, and a case that should stay out. */
export function HumanChecks(props: HumanChecksProps) {
  return (
    <Section title="What you know" says="Which views every case needs, and cases that no check finds.">
      <div className="grid gap-8 lg:grid-cols-2">
        <RequiredViews {...props} />
        <ReportCase datasetId={props.datasetId} />
      </div>
    </Section>
  );
}

function RequiredViews({ datasetId, requiredAssets, assetNames, cases }: HumanChecksProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [names, setNames] = useState(requiredAssets);
  const save = useMutation(
    trpc.datasets.requireAssets.mutationOptions({
      onSuccess: ({ found }) => {
        toast.success(found === 0 ? 'Every case has them.' : `${counted(found, 'case')} without them found.`);
        router.refresh();
      },
    }),
  );
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">Every case must have</legend>
      {assetNames.map((one) => (
        <Checkbox
          key={one.name}
          label={one.name}
          hint={`In ${one.cases.toLocaleString('en')} of ${counted(cases, 'case')}`}
          checked={names.includes(one.name)}
          onCheckedChange={(isOn) =>
            setNames(isOn === true ? [...names, one.name] : names.filter((name) => name !== one.name))
          }
        />
      ))}
      <Refusal error={save.error} title="It was not checked." />
      <div>
        <Button pending={save.isPending} onClick={() => save.mutate({ datasetId, names: [...names] })}>
          Check views
        </Button>
      </div>
    </fieldset>
  );
}

function ReportCase({ datasetId }: { datasetId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [externalId, setExternalId] = useState('');
  const [code, setCode] = useState<(typeof HUMAN_CODES)[number]>('other');
  const [note, setNote] = useState('');
  const report = useMutation(
    trpc.datasets.reportCase.mutationOptions({
      onSuccess: () => {
        toast.success(`Case ${externalId} is kept out.`);
        setExternalId('');
        setNote('');
        router.refresh();
      },
    }),
  );
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        report.mutate({ datasetId, externalId, code, note });
      }}
    >
      <p className="font-medium text-sm">Keep a case out</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Case id" name="externalId">
          <Input value={externalId} onChange={(event) => setExternalId(event.target.value)} />
        </Field>
        <Field label="Reason" name="code">
          <NativeSelect
            value={code}
            onChange={(event) => setCode(HUMAN_CODES.find((one) => one === event.target.value) ?? 'other')}
          >
            {HUMAN_CODES.map((one) => (
              <option key={one} value={one}>
                {FINDING_WORDS[one]}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </div>
      <Field label="What is wrong" name="note" hint="Without anything that names a patient.">
        <Input value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <Refusal error={report.error} title="The case stays." />
      <div>
        <Button type="submit" pending={report.isPending} disabled={externalId === '' || note.trim() === ''}>
          Keep it out
        </Button>
      </div>
    </form>
  );
}
