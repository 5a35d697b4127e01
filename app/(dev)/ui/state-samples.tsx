import { Inbox } from 'lucide-react';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { ChecklistRail } from '#app/_ui/checklist-rail.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { Markdown } from '#app/_ui/markdown.tsx';
import { Money } from '#app/_ui/money.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { SkeletonMeasure, SkeletonTable, SkeletonText } from '#app/_ui/skeleton.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Stepper } from '#app/_ui/stepper.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Sample, Section } from './section.tsx';

const states = [
  'active',
  'open',
  'leased',
  'submitted',
  'in_review',
  'in_adjudication',
  'accepted',
  'final',
  'paused',
  'inconclusive',
  'expiring',
  'expired',
  'revoked',
  'rejected',
  'draft',
  'archived',
];

const guideline = `## Grade 3 or 4?

Grade 4 needs **fused, cribriform or poorly formed** glands. Tangential cuts of grade 3 are *not* grade 4.

1. Look at the lowest power first.
2. If fewer than five glands are in doubt, give the lower grade.

| seen | grade |
|---|---|
| single, well-formed glands | 3 |
| cribriform | 4 |

> When in doubt, ask the clinical lead: press \`A\`.

![a slide](https://elsewhere.example/slide.png)
<script>alert(1)</script> [A link](javascript:alert(1))`;

/** Words, states and waiting. */
export function StateSamples() {
  return (
    <Section id="states" title="Words and states">
      <Sample name="StatusPill · Badge">
        <div className="flex flex-wrap gap-2">
          {states.map((state) => (
            <StatusPill key={state} state={state} />
          ))}
          <Badge>Pilot</Badge>
          <Badge tone="information">Primary source</Badge>
        </div>
      </Sample>
      <Sample name="Money · Duration · DateTime · CopyId · Kbd · TextLink">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <Money amountMinor={184n} currency="USD" per="per correct label" />
          <Money amountMinor={-1234567890n} currency="EUR" />
          <Money amountMinor={250000n} currency="JPY" signed />
          <Money amountMinor={1999n} currency="CHF" />
          <Duration seconds={74} />
          <Duration seconds={9000} />
          <DateTime at="2026-11-21T08:05:00Z" />
          <CopyId id="019394d2-5b7e-7c11-a0f2-3e1d5c9b8a40" />
          <span>
            <Kbd>Shift</Kbd> <Kbd>3</Kbd>
          </span>
          <TextLink href="/ui">Protocol version 2</TextLink>
        </div>
      </Sample>
      <Sample name="Stepper · ProgressBar">
        <div className="flex max-w-[720px] flex-col gap-4">
          <Stepper
            current={2}
            steps={[{ label: 'Shortlist' }, { label: 'Pilot' }, { label: 'Verdict' }, { label: 'Award' }]}
          />
          <ProgressBar label="Final labels" done={1204} total={4800} unit="cases" />
        </div>
      </Sample>
      <Sample name="EmptyState · ErrorState">
        <div className="grid gap-4 lg:grid-cols-2">
          <EmptyState
            icon={<Inbox aria-hidden />}
            title="Bids will be listed here"
            action={<Button variant="primary">Invite vendors</Button>}
          >
            The call is open until 5 December. Six vendors meet every requirement; none has bid yet.
          </EmptyState>
          <ErrorState
            title="The statement could not be made"
            reference="019394d2-5b7e"
            action={<Button size="sm">Try again</Button>}
          >
            The ledger did not answer in time. Nothing was changed; try again in a minute.
          </ErrorState>
        </div>
      </Sample>
      <Sample name="Skeletons">
        <div className="grid gap-8 lg:grid-cols-3">
          <SkeletonMeasure />
          <SkeletonText lines={3} />
          <SkeletonTable columns={3} rows={3} />
        </div>
      </Sample>
      <Sample name="SplitPane · ChecklistRail · Markdown">
        <SplitPane
          asideLabel="Checklist"
          sticky={false}
          aside={
            <ChecklistRail
              title="Before publishing"
              items={[
                { label: 'Basics', state: 'done', href: '#controls' },
                { label: 'Dataset', state: 'done', says: '4,800 cases', href: '#controls' },
                {
                  label: 'Protocol',
                  state: 'current',
                  says: 'Two fields have no definition',
                  href: '#controls',
                },
                { label: 'Quality policy', state: 'wrong', says: 'Gold share is 0', href: '#controls' },
                { label: 'Budget', state: 'todo', says: 'Missing: amount', href: '#controls' },
              ]}
              footer={
                <Button variant="primary" disabled className="w-full">
                  Publish project
                </Button>
              }
            />
          }
        >
          <Markdown>{guideline}</Markdown>
        </SplitPane>
      </Sample>
    </Section>
  );
}
