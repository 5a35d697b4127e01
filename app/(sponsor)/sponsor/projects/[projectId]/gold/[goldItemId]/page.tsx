import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { answerWords } from '#app/(sponsor)/sponsor/projects/[projectId]/protocol/condition-words.ts';
import type { GoldCaseView } from '#server/gold/schemas.ts';
import { ResolveForm } from './resolve-form.tsx';
import { WithdrawForm } from './withdraw-form.tsx';

export const metadata: Metadata = { title: 'Gold case' };

type GoldCasePageProps = { params: Promise<{ projectId: string; goldItemId: string }> };

/** One case, the panel's reads side by side without names, and the decision. */
export default async function GoldCasePage({ params }: GoldCasePageProps) {
  const { projectId, goldItemId } = await params;
  const { view, protocol, mayDecide } = await loaded(async (call) => {
    const view = await call.gold.case({ goldItemId });
    return {
      view,
      protocol: (await call.protocols.get({ projectId })).current,
      mayDecide: (await call.identity.me()).capabilities.includes('protocol.sign_clinical'),
    };
  });
  const { item, split, reads } = view;
  const isOpen = item.status === 'proposed' || item.status === 'agreed';
  const isInForce = item.status === 'active' || item.status === 'disputed';
  const fields = protocol?.labelSchema.fields ?? [];
  return (
    <>
      <p className="mb-2 text-sm">
        <TextLink href={`/sponsor/projects/${projectId}/gold`}>All gold</TextLink>
      </p>
      <PageHeader title={`Case ${item.externalId}`} meta={<StatusPill state={item.status} />}>
        <AnswerLine>
          {split.length > 0
            ? `The panel disagrees on ${split.map((key) => fields.find((one) => one.key === key)?.label ?? key).join(', ')}.`
            : reads.length > 0
              ? 'The panel is unanimous.'
              : 'This answer came with the dataset.'}
          {item.rationale === null ? null : ` “${item.rationale}”`}
          {item.statusReason === null ? null : ` Now ${item.status}: “${item.statusReason}”`}
        </AnswerLine>
      </PageHeader>
      <SplitPane
        asideLabel="Decision"
        width={360}
        aside={
          isOpen && mayDecide && protocol !== null ? (
            <ResolveForm projectId={projectId} view={view} schema={protocol.labelSchema} />
          ) : isInForce && mayDecide ? (
            <WithdrawForm goldItemId={item.id} isDisputed={item.status === 'disputed'} />
          ) : (
            <p className="text-ink-3 text-sm">
              {isOpen ? 'The clinical lead decides this case.' : 'This case is decided.'}
            </p>
          )
        }
      >
        <CaseContent datasetId={item.datasetId} caseId={item.caseId} />
        {reads.length === 0 ? null : <Reads view={view} fields={fields} />}
      </SplitPane>
    </>
  );
}

function Reads({ view, fields }: { view: GoldCaseView; fields: Parameters<typeof answerWords>[1][] }) {
  const { reads, split } = view;
  return (
    <section aria-labelledby="reads-title" className="mt-6">
      <h2 id="reads-title" className="mb-2 font-semibold text-lg">
        What the panel said
      </h2>
      <div className="overflow-x-auto">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-line-strong border-b text-left text-ink-2 text-xs">
              <th scope="col" className="py-2 pr-4 font-medium">
                Field
              </th>
              {reads.map((read) => (
                <th key={read.reader} scope="col" className="px-3 py-2 font-medium">
                  Reader {read.reader}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field) =>
              field === undefined ? null : (
                <tr key={field.key} className="border-line border-b align-top">
                  <th scope="row" className="py-2 pr-4 text-left font-medium">
                    {field.label}
                    {split.includes(field.key) ? (
                      <span className="block text-attention-ink text-xs">differs</span>
                    ) : null}
                  </th>
                  {reads.map((read) => {
                    const answer = read.answers[field.key];
                    return (
                      <td key={read.reader} className="px-3 py-2">
                        {answer === undefined ? (
                          <span className="text-ink-3">not answered</span>
                        ) : (
                          answerWords(answer, field)
                        )}
                      </td>
                    );
                  })}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
