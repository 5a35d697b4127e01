import { formatDuration } from '#app/_ui/format-duration.ts';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { StartButton } from './start-button.tsx';
import { deskPath, openWords, PER_WORDS, TIER_WORDS, type WorkLine } from './work-words.ts';

/** Work one may do: what it is, what it pays, what is left, what one has done in it. */
export function WorkList({ title, lines }: { title: string; lines: readonly WorkLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-ink-3 text-xs">{title}</h2>
      <ul className="divide-y divide-line border-line border-y">
        {lines.map((line) => (
          <li
            key={`${line.batchId}${line.tier}`}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 py-3 lg:grid-cols-[minmax(0,1fr)_10rem_9rem_13rem_9rem]"
          >
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-x-2 font-medium">
                {line.projectTitle}
                {line.kind === 'production' ? null : <StatusPill state={line.kind} tone="neutral" />}
              </p>
              <p className="text-ink-2 text-sm">
                {TIER_WORDS[line.tier]} · {line.name} · {line.modality}, {line.anatomy}
              </p>
            </div>
            <p className="text-right lg:text-left">
              {line.priceMinor === 0n ? (
                <span className="text-ink-2 text-sm">own staff, unpriced</span>
              ) : (
                <Money amountMinor={line.priceMinor} currency={line.currency} per={PER_WORDS[line.tier]} />
              )}
            </p>
            <p className="text-ink-2 text-sm">
              <span className="font-medium text-ink">{openWords(line.openCount)}</span> open
              {line.joined !== null && line.joined.held > 0 ? `, ${line.joined.held} held by you` : ''}
            </p>
            <div className="text-ink-2 text-sm">
              <Done line={line} />
            </div>
            <div className="col-span-2 lg:col-span-1 lg:text-right">
              <Start line={line} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Done({ line: { joined, currency } }: { line: WorkLine }) {
  if (joined === null || joined.submitted === 0) return null;
  return (
    <>
      {joined.submitted} done in {formatDuration(Math.round(joined.activeMs / 1000))}
      {joined.accruedMinor > 0n ? (
        <>
          , <Money amountMinor={joined.accruedMinor} currency={currency} codeHidden /> accepted
        </>
      ) : null}
    </>
  );
}

function Start({ line }: { line: WorkLine }) {
  const href = deskPath(line);
  const isOpen = line.openCount > 0 || (line.joined?.held ?? 0) > 0;
  if (href === null || !isOpen) return null;
  const words = line.joined === null ? 'Start' : 'Go on';
  return (
    <StartButton
      batchId={line.batchId}
      tier={line.tier}
      href={href}
      name={`${words}: ${line.projectTitle}, ${line.name}`}
    >
      {words}
    </StartButton>
  );
}
