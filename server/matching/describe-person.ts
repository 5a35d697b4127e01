import type { ErrorDetail } from '#server/core/errors.ts';
import { type SpentCap, spentWords } from '#server/work/cap-rules.ts';
import { type GateResult, gate, type ScorePart, scoreParts, sharedWords } from './candidate-words.ts';
import type { PeopleGate } from './people-facts.ts';
import type { RankedPerson } from './rank-people.ts';
import type { Part, Weights } from './weights.ts';

const WALLET = '/work/credentials';

/** The gates of one person for a project, each with what would open it. */
export function gatesInWords(
  open: Record<PeopleGate, boolean>,
  of: {
    credentialGap: ErrorDetail | null;
    countries: readonly string[];
    country: string | null;
    spent: SpentCap | null;
  },
): GateResult[] {
  const gap = of.credentialGap ?? { message: 'The credential rule is not met.', href: WALLET };
  return [
    gate('organisation_verified', 'Verified account', open.verified, {
      message: 'Your account is not verified yet; an operator checks who you are before you can read.',
      href: WALLET,
    }),
    gate('credential_rule', 'Credentials', open.credential_rule, {
      message: gap.message,
      href: gap.href ?? WALLET,
    }),
    gate('location', 'Location', open.location, {
      message: `The project takes reads from ${of.countries.join(', ')}; ${of.country === null ? 'your country is not known' : `this is ${of.country}`}.`,
    }),
    gate('agreements', 'Agreements', open.agreements, {
      message: `The agreements that carry this data, or the law of those it is about, do not let it be shown ${of.country === null ? 'where no country is known' : `in ${of.country}`}. The sponsor would have to agree on it.`,
    }),
    gate('exclusion', 'No exclusion', open.exclusion, {
      message: 'An entry on an exclusion list was confirmed. You can object to it.',
      href: WALLET,
    }),
    gate('conflict', 'No conflict of interest', open.conflict, {
      message: 'You belong to the sponsor: its own people read as its panel, not for pay here (R7).',
    }),
    gate('capacity', 'Free hours', open.capacity, {
      message:
        'You have no free hours in the coming seven days, days away and public holidays that you keep taken off. Free some in your calendar.',
    }),
    gate('cap', 'Room under the caps', open.cap, {
      message:
        of.spent === null
          ? 'You have read as much as one person may here for now. A further batch opens it, or a higher cap.'
          : spentWords(of.spent, 'you'),
    }),
  ];
}

/** The parts of one person's score, in words. */
export function partsInWords(person: Omit<RankedPerson, 'score'>, weights: Weights): ScorePart[] {
  const { parts, accuracyN, isLike } = person;
  const kind = isLike ? 'of this kind of work' : 'of other kinds of work';
  const words: Record<Part, string> = {
    accuracy:
      parts.accuracy === null
        ? 'No measured work with a reference yet; counted as the middle.'
        : `Lower bound ${parts.accuracy.toFixed(2)} over ${accuracyN} known answers ${kind}.`,
    reliability:
      parts.reliability === null
        ? 'No overlap with others yet; counted as the middle.'
        : `Agrees with most of the other readers on ${Math.round(parts.reliability * 100)} % of cases.`,
    price:
      parts.price === null
        ? 'No earlier bid in this currency, or too few to compare without telling one; counted as the middle.'
        : sharedWords.price,
    timezone: sharedWords.timezone(parts.timezone),
    capacity:
      parts.capacity === null
        ? 'Has not said how many hours are free; counted as the middle.'
        : `${Math.round(parts.capacity * 20)} free hours a week; 20 give full marks.`,
    freshness: sharedWords.freshness(parts.freshness),
    throughput: sharedWords.throughput(parts.throughput === null ? null : parts.throughput * 120),
  };
  return scoreParts(parts, words, weights);
}
