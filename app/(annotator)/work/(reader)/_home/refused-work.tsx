import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { PER_WORDS, TIER_WORDS, type WorkLine } from './work-words.ts';

/** Work that is not open to the person, each with everything that stands in the way and what would change it. */
export function RefusedWork({ lines }: { lines: readonly WorkLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section aria-label="Why not the rest">
      <h2 className="mb-2 text-ink-3 text-xs">Why not the rest</h2>
      <div className="grid gap-3 xl:grid-cols-2">
        {lines.map((line) => (
          <DecisionNote
            key={`${line.batchId}${line.tier}`}
            outcome="refused"
            title={`${line.projectTitle}: ${TIER_WORDS[line.tier].toLowerCase()}`}
            because={`${line.name}, ${payOf(line)}.`}
            steps={line.reasons.map((reason) => ({ label: reason.message, state: 'failed' as const }))}
            changes={changesOf(line.reasons)}
          />
        ))}
      </div>
    </section>
  );
}

function payOf({ priceMinor, currency, tier }: WorkLine): string {
  return priceMinor === 0n
    ? 'without a price'
    : `${formatMoney({ amountMinor: priceMinor, currency }).full} ${PER_WORDS[tier]}`;
}

/** What the server says would change the reasons, each once: what the person can do themselves first. */
function changesOf(reasons: WorkLine['reasons']) {
  const changes = reasons.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const own = changes.filter((one) => one.by === 'you');
  const others = changes.filter((one) => one.by === 'other');
  const lines = [...own, ...others].map(({ says, href, link }) => ({ says, href, linkLabel: link }));
  return [...new Map(lines.map((line) => [`${line.says}|${line.href}`, line])).values()];
}
