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
            changes={line.reasons.flatMap((reason) => changeOf(reason))}
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

/** What would change a reason: the page that the server names, or who decides. */
function changeOf(
  reason: WorkLine['reasons'][number],
): { says: string; href?: string; linkLabel?: string }[] {
  if (reason.href !== undefined) {
    return [{ says: 'You can change this yourself.', href: reason.href, linkLabel: linkWords(reason.href) }];
  }
  const [domain] = reason.code.split('.');
  switch (domain) {
    case 'credential':
      return [
        { says: 'A verified credential that fits.', href: '/work/credentials', linkLabel: 'Add or renew it' },
      ];
    case 'gate':
      return [{ says: 'The missing agreement.', href: '/work/agreements', linkLabel: 'See my agreements' }];
    case 'organisation':
      return [{ says: 'An operator verifies your organisation; you need to do nothing.' }];
    case 'engagement':
      return [{ says: 'The organisation that staffs the project names you for a seat.' }];
    case 'cap':
      return [
        { says: 'Nothing more is needed of you here; the sponsor shares the reads among several people.' },
      ];
    case 'hours':
      return [{ says: 'It opens by itself tomorrow; rested readers err less.' }];
    case 'batch':
      return [{ says: 'It opens again here by itself when the sponsor lets it go on.' }];
    case 'reader':
      return [
        { says: 'A person decides within a business day and tells you; what you have read stays paid.' },
      ];
    default:
      return [];
  }
}

function linkWords(href: string): string {
  if (href.startsWith('/work/credentials')) return 'Add or renew a credential';
  if (href.startsWith('/work/agreements')) return 'See my agreements';
  if (href.startsWith('/work/qualifications')) return 'See trainings and exams';
  return 'Open it';
}
