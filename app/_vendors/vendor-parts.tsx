import type { ReactNode } from 'react';
import { figureOf } from '#app/_pilots/criterion-figure.ts';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { VendorPage } from '#server/vendors/view-schemas.ts';

/** A part of a vendor's page with its heading. */
export function VendorPart({ title, says, children }: { title: string; says?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <div>
        <h2 className="font-semibold text-lg">{title}</h2>
        {says ? <p className="prose-width text-ink-3 text-sm">{says}</p> : null}
      </div>
      {children}
    </section>
  );
}

/** Who reads, counted from credentials in force. */
export function TeamTable({ team }: { team: VendorPage['team'] }) {
  return (
    <DataTable
      id="team-composition"
      caption="Readers by credential"
      complete
      columns={[
        { key: 'title', header: 'Credential', phone: 'main', sortable: true },
        { key: 'checked', header: 'Checked at the source', align: 'right', phone: 'side', sortable: true },
        { key: 'attested', header: 'Vouched for by the vendor', align: 'right', sortable: true },
      ]}
      rows={team.titles.map((one) => ({
        id: `${one.title} ${one.specialty}`,
        cells: {
          title:
            one.specialty && !one.title.includes(one.specialty)
              ? `${one.title}, ${one.specialty}`
              : one.title,
          checked: `${one.primarySource} of ${team.readers}`,
          attested: `${one.vendorAttested} of ${team.readers}`,
        },
        values: { title: one.title, checked: one.primarySource, attested: one.vendorAttested },
      }))}
      empty={
        <EmptyState title="No credential is checked or vouched for yet">
          What readers merely claim is not counted.
        </EmptyState>
      }
    />
  );
}

/** Cards of decided pilots; `action` stands behind each, for the vendor. */
export function CardList({
  cards,
  action,
}: {
  cards: VendorPage['scorecards'];
  action?: (card: VendorPage['scorecards'][number]) => ReactNode;
}) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {cards.map((card) => (
        <li key={card.pilotId} className="flex flex-col gap-2 py-3">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="font-medium text-base">
              {card.modality}, {card.anatomy}
            </h3>
            <StatusPill state={card.verdict} />
            <span className="text-ink-3 text-sm">{card.decidedAt.toISOString().slice(0, 7)}</span>
          </div>
          <div className="flex flex-wrap gap-x-8 gap-y-2">
            {card.criteria.map((one) => (
              <Measure
                key={one.label}
                label={one.label}
                value={one.value}
                reason="no_data"
                n={one.n}
                verdict={one.verdict}
                {...figureOf(one.unit)}
                unit={one.unit || undefined}
                {...(one.interval ? { interval: one.interval } : {})}
              />
            ))}
          </div>
          {action?.(card)}
        </li>
      ))}
    </ul>
  );
}

/** References and samples as others read them. */
export function ShownWork({
  page,
  action,
}: {
  page: VendorPage;
  action?: (of: { referenceId: string } | { sampleId: string }) => ReactNode;
}) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {page.references.map((one) => (
        <li key={one.referenceId} className="flex flex-col items-start gap-1 py-3">
          <h3 className="font-medium text-base">{one.client}</h3>
          <p className="prose-width">
            {one.work} ({one.yearFrom} to {one.yearTo ?? 'now'})
          </p>
          {action?.({ referenceId: one.referenceId })}
        </li>
      ))}
      {page.samples.map((one) => (
        <li key={one.sampleId} className="flex flex-col items-start gap-1 py-3">
          <h3 className="font-medium text-base">{one.title}</h3>
          <p className="prose-width whitespace-pre-line">{one.body}</p>
          <p className="text-ink-3 text-sm">
            {one.kind === 'case_study' ? 'Case study' : 'Sample output'}; {one.attestedBy} states that it
            shows no patient.
            {one.findingsAnswer ? ` On what looked like an identifier: ${one.findingsAnswer}` : ''}
          </p>
          {one.hasFile ? (
            <p className="text-sm">
              {one.findings.notLookedInto.length > 0 ? `${one.findings.notLookedInto.join(' ')} ` : ''}
              <a
                className="focus-target text-accent-ink underline"
                href={`/api/documents/vendor-samples/${one.sampleId}`}
                download
              >
                Download the file
              </a>
            </p>
          ) : null}
          {action?.({ sampleId: one.sampleId })}
        </li>
      ))}
    </ul>
  );
}
