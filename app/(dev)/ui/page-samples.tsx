import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { LinkTabs } from '#app/_ui/link-tabs.tsx';
import { NeedsYou } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';

/** The opening of a page: header, answer, what needs the person. */
export function PageSamples() {
  return (
    <>
      <PageHeader
        title="Prostate biopsies, grade 0–4"
        crumbs={[{ label: 'Projects', href: '/ui' }, { label: 'Prostate biopsies, grade 0–4' }]}
        meta={<StatusPill state="active" />}
        actions={
          <>
            <LinkButton href="/ui#tables">See reads</LinkButton>
            <Button variant="primary">Open weakest stratum</Button>
          </>
        }
      >
        <AnswerLine lead="On track" tone="good" asOf={<DateTime at="2026-11-21T08:05:00Z" />}>
          We expect the last label on <strong>14 March (12–17)</strong> at <strong>$1.84</strong> per correct
          label; reliability (α) is above 0.80 in <strong>11 of 12</strong> strata.
        </AnswerLine>
      </PageHeader>
      <LinkTabs
        label="Project"
        items={[
          { href: '/ui', label: 'Overview' },
          { href: '/ui/quality', label: 'Quality', count: 2 },
          { href: '/ui/money', label: 'Money' },
          { href: '/ui/settings', label: 'Settings' },
        ]}
      />
      <div className="grid gap-x-10 gap-y-6 py-6 lg:grid-cols-2">
        <NeedsYou
          items={[
            {
              id: '1',
              title: 'Sign the scorecard of Harbour Reads',
              why: 'Alpha 0.76 [0.71, 0.80] against 0.80: inconclusive',
              href: '/ui#measures',
              when: 'since yesterday',
              tone: 'attention',
            },
            {
              id: '2',
              title: 'Decide on an incidental finding',
              why: 'Case 0142, reported by a reader',
              href: '/ui#decisions',
              when: 'due in 3 h',
              tone: 'critical',
            },
            {
              id: '3',
              title: 'Answer two questions about the protocol',
              href: '/ui#states',
              when: '2 d',
              tone: 'information',
            },
          ]}
        />
        <NeedsYou title="Needs your team" items={[]} />
      </div>
    </>
  );
}
