import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { isId } from '#server/core/ids.ts';
import { RegisterForm } from './register-form.tsx';

export const metadata: Metadata = { title: 'Register incident' };

/** An incident that no reader reported: choose the data set, ask its access log, say when and by whom it was noticed. */
export default async function NewIncidentPage({ searchParams }: { searchParams: Promise<Search> }) {
  const query = await searchParams;
  const words = textFrom(query, 'words') ?? '';
  const dataset = textFrom(query, 'dataset');
  const found = await loaded((call) => call.incidents.concerned({ words }));
  const chosen = isId(dataset) ? found.find((one) => one.datasetId === dataset) : null;
  return (
    <>
      <PageHeader
        title="Register incident"
        crumbs={[
          { label: 'Incidents', href: '/operator/incidents' },
          { label: 'Register', href: '/operator/incidents/register' },
          { label: 'New' },
        ]}
      >
        <AnswerLine>
          {chosen ? (
            <>
              About <strong>{chosen.name}</strong> of {chosen.sponsor}. The due times run from when it was
              discovered.
            </>
          ) : (
            'Which data does it concern? A reader’s own report is registered from the incidents page.'
          )}
        </AnswerLine>
      </PageHeader>
      {chosen ? (
        <RegisterForm datasetId={chosen.datasetId} cases={chosen.cases} />
      ) : (
        <>
          <form className="mb-4 flex max-w-[720px] flex-wrap items-end gap-3">
            <Field label="Sponsor, project or data set" name="words" className="min-w-0 flex-1">
              <Input name="words" defaultValue={words} />
            </Field>
            <Button type="submit">Find</Button>
          </form>
          {found.length === 0 ? (
            <p className="text-ink-2 text-sm">No data set is called so. Try fewer words.</p>
          ) : (
            <ul aria-label="Data sets" className="max-w-[720px] divide-y divide-line border-line border-y">
              {found.map((one) => (
                <li key={one.datasetId} className="flex flex-col gap-0.5 py-2 text-sm">
                  <TextLink
                    href={`/operator/incidents/new?${new URLSearchParams({ words, dataset: one.datasetId })}`}
                  >
                    {one.name}
                  </TextLink>
                  <span className="text-ink-2">
                    {one.sponsor} · {one.project} · {one.cases.toLocaleString('en')} cases
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </>
  );
}
