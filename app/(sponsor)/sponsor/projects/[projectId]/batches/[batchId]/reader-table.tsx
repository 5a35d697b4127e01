import type { inferRouterOutputs } from '@trpc/server';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { TextLink } from '#app/_ui/text-link.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { ReaderStanding } from './reader-standing.tsx';

type Reader = inferRouterOutputs<AppRouter>['work']['batch']['readers'][number];

const activeSeconds = (reader: Reader) => Math.round(reader.activeMs / 1000);

/** The readers of a batch with their counters. */
export function ReaderTable({
  readers,
  batchId,
  relabelHref,
  inboxHref,
}: {
  readers: readonly Reader[];
  batchId: string;
  /** Where what one of them read is read again; null where it is not offered. */
  relabelHref: string | null;
  /** Where alarms about them are decided on; null for who does not lead quality. */
  inboxHref: string | null;
}) {
  return (
    <DataTable
      id="batch-readers"
      urlPrefix="r-"
      caption="Readers"
      complete
      columns={[
        { key: 'alias', header: 'Reader', phone: 'main', sortable: true },
        { key: 'tier', header: 'Tier', sortable: true },
        { key: 'status', header: 'State', sortable: true },
        { key: 'submitted', header: 'Reads', align: 'right', phone: 'side', sortable: true },
        { key: 'accepted', header: 'Accepted', align: 'right', sortable: true },
        { key: 'rejected', header: 'Rejected', align: 'right', sortable: true },
        { key: 'skipped', header: 'Skipped', align: 'right', sortable: true },
        {
          key: 'active',
          header: 'Active time',
          csvHeader: 'Active time (s)',
          align: 'right',
          sortable: true,
        },
        { key: 'seen', header: 'Last seen', sortable: true },
        ...(relabelHref === null ? [] : [{ key: 'again', header: 'Read again', isAction: true }]),
        ...(inboxHref === null ? [] : [{ key: 'standing', header: 'Pause', isAction: true }]),
      ]}
      rows={readers.map((reader) => ({
        id: `${batchId} ${reader.alias} ${reader.tier}`,
        cells: {
          alias: reader.alias,
          tier: statusWords(reader.tier),
          status: (
            <>
              <StatusPill state={reader.status} />
              {reader.statusReason === null ? null : (
                <span className="block max-w-[32ch] text-ink-3 text-xs">{reader.statusReason}</span>
              )}
            </>
          ),
          submitted: reader.submitted.toLocaleString('en'),
          accepted: reader.accepted.toLocaleString('en'),
          rejected: reader.rejected.toLocaleString('en'),
          skipped: reader.skipped.toLocaleString('en'),
          active: <Duration seconds={activeSeconds(reader)} />,
          seen: <DateTime at={reader.lastSeenAt} />,
          again:
            relabelHref !== null && reader.tier === 'label' && reader.submitted > 0 ? (
              <TextLink href={`${relabelHref}&reader=${reader.alias}`}>
                Relabel {reader.alias}’s cases
              </TextLink>
            ) : null,
          standing:
            inboxHref === null ? null : reader.status === 'calibration_only' ? (
              <TextLink href={inboxHref}>Decide on {reader.alias}</TextLink>
            ) : (
              <ReaderStanding
                batchId={batchId}
                tier={reader.tier}
                alias={reader.alias}
                status={reader.status}
              />
            ),
        },
        values: {
          alias: reader.alias,
          tier: reader.tier,
          status: reader.status,
          submitted: reader.submitted,
          accepted: reader.accepted,
          rejected: reader.rejected,
          skipped: reader.skipped,
          active: activeSeconds(reader),
          seen: reader.lastSeenAt,
        },
      }))}
      empty={<EmptyState title="Nobody has joined yet">Readers appear as they start.</EmptyState>}
    />
  );
}
