import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { hasWork } from '#server/work/has-work.ts';
import { StartButton } from './start-button.tsx';
import {
  deskPath,
  openWords,
  PER_WORDS,
  remarksOf,
  repeatWords,
  TIER_WORDS,
  urgencyOf,
  type WorkLine,
} from './work-words.ts';

/** Work one may do: what it is, what it pays, what is left, what one has done in it. */
export function WorkList({ title, lines, now }: { title: string; lines: readonly WorkLine[]; now: Date }) {
  if (lines.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-ink-3 text-xs">{title}</h2>
      <ul className="divide-y divide-line border-line border-y">
        {lines.map((line) => (
          <li
            key={`${line.batchId}${line.tier}`}
            className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3 lg:grid lg:grid-cols-[minmax(0,1fr)_10rem_9rem_13rem_9rem]"
          >
            <div className="w-full min-w-0">
              <p className="flex flex-wrap items-center gap-x-2 font-medium">
                {line.projectTitle}
                {line.kind === 'production' ? null : <StatusPill state={line.kind} tone="neutral" />}
                <Urgency line={line} now={now} />
              </p>
              <p className="text-ink-2 text-sm">
                {TIER_WORDS[line.tier]} · {line.name} · {line.modality}, {line.anatomy}
                {line.dueAt === null ? null : (
                  <>
                    {' · due '}
                    <DateTime at={line.dueAt} format="short-day" />
                  </>
                )}
              </p>
              {remarksOf(line).map((remark) => (
                <p key={remark} className="text-ink-2 text-sm">
                  {remark}
                </p>
              ))}
            </div>
            <p>
              {line.priceMinor === 0n ? (
                <span className="text-ink-2 text-sm">own staff, unpriced</span>
              ) : (
                <Money amountMinor={line.priceMinor} currency={line.currency} per={PER_WORDS[line.tier]} />
              )}
            </p>
            <p className="text-ink-2 text-sm">
              <span className="font-medium text-ink">{openWords(line)}</span> open
              {line.joined !== null && line.joined.held > 0 ? `, ${line.joined.held} held by you` : ''}
              {repeatWords(line) === null ? null : <span className="block">{repeatWords(line)}</span>}
              {line.joined !== null && line.joined.returned > 0 ? (
                <span className="block text-attention-ink">{line.joined.returned} returned to you</span>
              ) : null}
            </p>
            <div className="w-full text-ink-2 text-sm">
              <Done line={line} />
            </div>
            <div className="w-full lg:text-right">
              <Start line={line} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Urgency({ line, now }: { line: WorkLine; now: Date }) {
  const word = urgencyOf(line, now);
  if (word === null) return null;
  return <Badge tone={word === 'needed first' ? 'information' : 'attention'}>{word}</Badge>;
}

function Done({ line: { joined, currency } }: { line: WorkLine }) {
  if (joined === null || joined.submitted === 0) return null;
  return (
    <>
      {joined.submitted} done in {formatDuration(Math.round(joined.activeMs / 1000))}
      {joined.acceptedMinor > 0n ? (
        <>
          , <Money amountMinor={joined.acceptedMinor} currency={currency} codeHidden /> accepted
        </>
      ) : null}
      {joined.waitingMinor > 0n ? (
        <>
          , <Money amountMinor={joined.waitingMinor} currency={currency} codeHidden /> waiting
        </>
      ) : null}
    </>
  );
}

function Start({ line }: { line: WorkLine }) {
  const href = deskPath(line);
  if (!hasWork(line)) return null;
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
