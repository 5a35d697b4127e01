'use client';

import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { type AccessQueryView, accessQueryInput } from '#server/incidents/schemas.ts';

type AskProps = {
  datasetId: string;
  found: AccessQueryView | null;
  onFound: (found: AccessQueryView) => void;
};

/** Who opened files of the data set in a time, by pseudonymous person. The question itself is audited. */
export function AskAccessLog({ datasetId, found, onFound }: AskProps) {
  const client = useTRPCClient();
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { from, until, country } = readForm(event.currentTarget) as Record<string, string>;
    const input = accessQueryInput.safeParse({
      datasetId,
      from: new Date(from ?? ''),
      until: new Date(until ?? ''),
      ...(country ? { country: country.trim().toUpperCase() } : {}),
    });
    if (!input.success) {
      setProblems(
        formProblems(input.error).map((one) =>
          one.message.includes('lies before') || one.name === 'country'
            ? one
            : { ...one, message: 'Give day and time.' },
        ),
      );
      return;
    }
    setIsPending(true);
    try {
      onFound(await client.incidents.queryAccess.mutate(input.data));
      setProblems([]);
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setIsPending(false);
  }

  const errors = byField(problems);
  return (
    <section aria-labelledby="ask-title" className="max-w-[960px]">
      <h2 id="ask-title" className="mb-1 font-semibold text-lg">
        Ask the access log
      </h2>
      <p className="prose-width mb-3 text-ink-2 text-sm">
        Who opened files of this data set, when and where from. You can register without it. The question is
        audited.
      </p>
      <form noValidate onSubmit={ask} className="flex flex-col gap-3">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <div className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_8rem_auto]">
          <Field label="From" name="from" error={errors.from}>
            <Input type="datetime-local" name="from" />
          </Field>
          <Field label="Until" name="until" error={errors.until}>
            <Input type="datetime-local" name="until" />
          </Field>
          <Field label="Country" name="country" error={errors.country} optional>
            <Input name="country" maxLength={2} />
          </Field>
          <Button type="submit" pending={isPending} className="sm:mt-6">
            Ask
          </Button>
        </div>
      </form>
      <div aria-live="polite">{found === null ? null : <Answer found={found} />}</div>
    </section>
  );
}

function Answer({ found }: { found: AccessQueryView }) {
  if (found.people.length === 0)
    return <p className="mt-3 text-sm">Nobody opened a file of this data set in that time.</p>;
  const times = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  return (
    <div className="mt-3 flex flex-col gap-2">
      <p className="text-sm">
        <strong>{times(found.openings, 'opening')}</strong> of {times(found.assetCount, 'file')} by{' '}
        {found.people.length.toLocaleString('en')} {found.people.length === 1 ? 'person' : 'people'};{' '}
        {found.refused.toLocaleString('en')} refused.
      </p>
      <div className="max-h-80 overflow-auto border-line border-y">
        <table className="w-full text-sm">
          <thead className="text-left text-ink-3">
            <tr>
              {['Person', 'Openings', 'Files', 'Refused', 'First', 'Last', 'From'].map((name) => (
                <th key={name} scope="col" className="whitespace-nowrap px-2 py-1.5 font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {found.people.map((one) => (
              <tr key={one.personId}>
                <td className="px-2 py-1.5">
                  <CopyId id={one.personId} />
                </td>
                <td className="px-2 py-1.5">{one.openings}</td>
                <td className="px-2 py-1.5">{one.assets}</td>
                <td className="px-2 py-1.5">{one.refused}</td>
                <td className="whitespace-nowrap px-2 py-1.5">
                  <DateTime at={one.firstAt} />
                </td>
                <td className="whitespace-nowrap px-2 py-1.5">
                  <DateTime at={one.lastAt} />
                </td>
                <td className="px-2 py-1.5">{one.countries.join(', ') || 'not known'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
