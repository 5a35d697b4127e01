import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import type { DeskItem } from '#server/credentials/view-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';

export const REASON_WORDS: Record<DeskItem['reason'], string> = {
  claim: 'New claim',
  dispute: 'Same number twice',
  answer: 'Holder answered',
  recheck: 'Due again',
  sample: 'Sample of a vendor',
  unable: 'Could not be checked',
};

/** Why a line is at the desk when it is not simply new: the other claimant, or what the holder says to a finding. */
export function WhyHere({ item }: { item: DeskItem }) {
  return (
    <>
      {item.rivals.length === 0 ? null : (
        <DecisionNote
          outcome="refused"
          title={
            item.rivals.every((rival) => rival.isSamePerson)
              ? 'This person has claimed the number before'
              : 'Somebody else has claimed this number'
          }
          because={item.rivals.map((rival) => (
            <span key={rival.credentialId} className="block">
              {rival.personName}, {statusWords(rival.status).toLowerCase()}, added{' '}
              <DateTime at={rival.createdAt} format="day" />
            </span>
          ))}
          changes={[
            {
              says: item.rivals.every((rival) => rival.isSamePerson)
                ? 'Look at the source how it stands today and record a check: nothing else brings back what was revoked.'
                : 'Look at the source whose it is and record a check on each that is not over. Tell neither of the other.',
            },
          ]}
        />
      )}
      {item.answer === null ? null : (
        <section aria-label="The holder’s answer">
          <h2 className="font-semibold text-lg">The holder answers</h2>
          <blockquote className="prose-width mt-1 border-line-strong border-l-2 pl-3 text-base">
            {item.answer.statement}
          </blockquote>
          <p className="mt-1 text-ink-3 text-sm">
            <DateTime at={item.answer.at} />
            {item.history[0]?.isOwn && item.status !== 'discrepancy'
              ? '. The finding is yours: another operator decides on the answer.'
              : ''}
          </p>
        </section>
      )}
    </>
  );
}

/** Every check so far, newest first; none of them can be changed. */
export function CheckHistory({ item }: { item: DeskItem }) {
  if (item.history.length === 0) return null;
  return (
    <section aria-label="Checks so far">
      <h2 className="mb-1 font-semibold text-lg">Checks so far</h2>
      <ul className="divide-y divide-line border-line border-y">
        {item.history.map((check) => (
          <li key={check.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-1.5 text-sm">
            <StatusPill state={check.status}>{check.status}</StatusPill>
            <span>
              {check.primarySource}, as of {check.sourceAsOf ?? 'an unknown day'}
              {check.standing === null ? '' : `: ${check.standing}`}
              {check.effectiveOn === null ? '' : ` since ${sayDay(check.effectiveOn)}`}
            </span>
            <span className="text-ink-3">
              recorded <DateTime at={check.at} format="day" />
            </span>
            {check.evidenceSha256 === null ? null : (
              <span className="font-mono text-ink-3 text-xs" title={check.evidenceSha256}>
                {check.evidenceFileId === null ? (
                  `evidence ${check.evidenceSha256.slice(0, 12)}…`
                ) : (
                  <a
                    href={`/api/documents/credentials/${item.id}/${check.evidenceFileId}`}
                    target="_blank"
                    rel="noreferrer"
                    className="text-accent-ink underline underline-offset-[3px]"
                  >
                    evidence {check.evidenceSha256.slice(0, 12)}…
                  </a>
                )}
              </span>
            )}
            {check.note === null ? null : <span className="w-full text-ink-2">{check.note}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
