import { sayDay } from '#server/notifications/say-day.ts';
import { isFirstNameVariant, jaroWinkler, nameKey } from './names.ts';
import type { Provider } from './provider-lookup.ts';
import type { Comparison, NpiCheckView, NpiElement } from './schemas.ts';
import type { Subject } from './screening-rules.ts';

/** A last name with a slip of the pen; a human looks. */
const NEAR_NAME = 0.92;

/** A licence in the wallet, as far as it can be compared. */
export type WalletLicence = { number: string; state: string | null };

export type NpiQuestion = {
  npi: string;
  subject: Pick<Subject, 'names'>;
  /** What the person claims to be: the words of their claims, and taxonomy codes. */
  specialties: readonly string[];
  taxonomyCodes: readonly string[];
  licences: readonly WalletLicence[];
};

export type NpiVerdict = { outcome: NpiCheckView['outcome']; elements: NpiElement[] };

/**
 * Compares what NPPES says of a number with the person who claims it. `differs` is a proposal of a discrepancy, `review`
 * something to look at; a person decides either way. What NPPES says of licences is the provider's own word: it can differ
 * or agree with a claim, and proves none.
 *
 * @param nameOf what a taxonomy code means by NUCC, or null when it is not imported or the code is not in it
 */
export function compareNpi(
  question: NpiQuestion,
  provider: Provider | null,
  nameOf: (code: string) => string | null,
): NpiVerdict {
  if (provider === null) {
    return verdict([
      element(
        'number',
        'differ',
        null,
        'Nobody has been given this number, though its check digit is right.',
      ),
      ...unknown(['status', 'name', 'specialty', 'licence'], 'The number is not in NPPES.'),
    ]);
  }
  if (provider.entityType === '2') {
    return verdict([
      element(
        'number',
        'differ',
        provider.organisationName,
        'The number is an organisation’s, not a person’s.',
      ),
      status(provider),
      ...unknown(['name', 'specialty', 'licence'], 'An organisation’s entry is not compared with a person.'),
    ]);
  }
  const found = element('number', 'agree', null, 'The number was given to a person.');
  if (isDeactivated(provider)) {
    return verdict([
      found,
      status(provider),
      ...unknown(['name', 'specialty', 'licence'], 'A deactivated number says nothing else.'),
    ]);
  }
  return verdict([
    found,
    status(provider),
    name(question, provider),
    specialty(question, provider, nameOf),
    licence(question, provider),
  ]);
}

/** When there is nothing to look in. */
export function withoutRegister(): NpiVerdict {
  const says = 'No NPPES file is imported, and its API is not switched on.';
  return verdict(unknown(['number', 'status', 'name', 'specialty', 'licence'], says));
}

function element(
  what: NpiElement['element'],
  result: Comparison,
  found: string | null,
  says: string,
): NpiElement {
  return { element: what, result, found, says };
}

function unknown(elements: readonly NpiElement['element'][], says: string): NpiElement[] {
  return elements.map((what) => element(what, 'unknown', null, says));
}

function verdict(elements: NpiElement[]): NpiVerdict {
  const of = (what: NpiElement['element']) => elements.find((one) => one.element === what)?.result;
  const hard: NpiElement['element'][] = ['number', 'status', 'name'];
  if (hard.some((what) => of(what) === 'differ')) return { outcome: 'differs', elements };
  if (of('number') === 'unknown') return { outcome: 'unknown', elements };
  const isClean = elements.every((one) => one.result === 'agree' || one.result === 'unknown');
  return { outcome: isClean && of('name') === 'agree' ? 'agrees' : 'review', elements };
}

function isDeactivated({ deactivatedOn, reactivatedOn }: Provider): boolean {
  return deactivatedOn !== null && (reactivatedOn === null || reactivatedOn < deactivatedOn);
}

function status(provider: Provider): NpiElement {
  if (isDeactivated(provider)) {
    const on = provider.deactivatedOn === null ? '' : ` on ${sayDay(provider.deactivatedOn)}`;
    const then = provider.replacementNpi === null ? '' : ` and replaced by ${provider.replacementNpi}`;
    return element('status', 'differ', null, `It was deactivated${on}${then}.`);
  }
  return element('status', 'agree', null, 'It is active.');
}

function name({ subject }: NpiQuestion, provider: Provider): NpiElement {
  const shown = [provider.firstName, provider.middleName, provider.lastName].filter(Boolean).join(' ');
  const listed = [
    { first: nameKey(provider.firstName ?? ''), last: nameKey(provider.lastName ?? '') },
    {
      first: nameKey(provider.otherFirstName ?? provider.firstName ?? ''),
      last: nameKey(provider.otherLastName ?? ''),
    },
  ].filter((one) => one.last !== '');
  let best: Comparison = 'differ';
  for (const own of subject.names) {
    for (const last of own.lasts) {
      for (const theirs of listed) {
        const isSameFirst = own.first === theirs.first;
        const isVariant = isFirstNameVariant(own.first, theirs.first);
        if (last === theirs.last && isSameFirst)
          return element('name', 'agree', shown, 'The name is the same.');
        const isNearLast = last === theirs.last || jaroWinkler(last, theirs.last) >= NEAR_NAME;
        const isNearFirst = isSameFirst || isVariant || jaroWinkler(own.first, theirs.first) >= NEAR_NAME;
        if (isNearLast && isNearFirst) best = 'near';
      }
    }
  }
  return best === 'near'
    ? element('name', 'near', shown, 'The name is a form of theirs or spelt a little differently.')
    : element('name', 'differ', shown, 'The number is another person’s by name.');
}

function specialty(
  { specialties, taxonomyCodes }: NpiQuestion,
  provider: Provider,
  nameOf: (code: string) => string | null,
): NpiElement {
  const codes = provider.taxonomies.map((one) => one.code);
  const named = codes.map((code) => nameOf(code) ?? code);
  const shown = named.length === 0 ? null : named.join('; ');
  if (codes.length === 0) return element('specialty', 'unknown', null, 'NPPES lists no specialty.');
  if (specialties.length === 0 && taxonomyCodes.length === 0) {
    return element('specialty', 'unknown', shown, 'No claim in the wallet names a specialty.');
  }
  if (taxonomyCodes.some((code) => codes.includes(code))) {
    return element('specialty', 'agree', shown, 'A taxonomy code is the same.');
  }
  const known = codes.flatMap((code) => nameOf(code) ?? []);
  if (taxonomyCodes.length === 0 && known.length === 0) {
    return element(
      'specialty',
      'unknown',
      shown,
      'The NUCC taxonomy is not imported, so its codes cannot be read.',
    );
  }
  const words = new Set(known.flatMap(stems));
  const isNamed = specialties.some((one) => stems(one).some((stem) => words.has(stem)));
  return isNamed
    ? element('specialty', 'agree', shown, 'The specialty is named there too.')
    : element(
        'specialty',
        'differ',
        shown,
        'NPPES names another specialty; it is self-reported and may be old.',
      );
}

const EMPTY_WORDS = new Set([
  'physician',
  'specialist',
  'medicine',
  'medical',
  'doctor',
  'clinical',
  'general',
  'provider',
  'and',
  'the',
]);

/** Words that mean a specialty, without their endings: radiology, radiologist and radiological are one. */
function stems(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 3 && !EMPTY_WORDS.has(word))
    .map((word) =>
      word
        .replace(/(ologist|ological|ology|ologic)$/, 'olog')
        .replace(/(ician|ics|ic)$/, 'ic')
        .replace(/s$/, ''),
    );
}

function licence({ licences }: NpiQuestion, provider: Provider): NpiElement {
  const listed = provider.taxonomies.filter((one) => one.licence !== undefined);
  const shown =
    listed.length === 0
      ? null
      : [...new Set(listed.map((one) => `${one.licence} (${one.state ?? 'state not given'})`))].join('; ');
  if (listed.length === 0) return element('licence', 'unknown', null, 'NPPES lists no licence.');
  if (licences.length === 0)
    return element('licence', 'unknown', shown, 'There is no licence in the wallet.');
  const isSame = (own: WalletLicence) =>
    listed.some((one) => digitsOf(one.licence ?? '') === digitsOf(own.number));
  const isElsewhere = (own: WalletLicence) =>
    own.state !== null &&
    listed.some(
      (one) =>
        digitsOf(one.licence ?? '') === digitsOf(own.number) &&
        one.state !== undefined &&
        one.state !== own.state,
    );
  if (licences.some((own) => isSame(own) && !isElsewhere(own))) {
    return element(
      'licence',
      'agree',
      shown,
      'A licence number is the same; by the provider’s own word, so not proof.',
    );
  }
  if (licences.some(isElsewhere)) {
    return element('licence', 'near', shown, 'The licence number is the same and its state is another.');
  }
  const states = new Set(listed.map((one) => one.state));
  return licences.some((own) => own.state === null || states.has(own.state))
    ? element(
        'licence',
        'differ',
        shown,
        'NPPES lists another licence number; it is self-reported and may be old.',
      )
    : element('licence', 'unknown', shown, 'NPPES lists licences of other states only.');
}

/** A licence number as it is compared: without the letters, dots and zeros that boards and people write differently. */
function digitsOf(number: string): string {
  return number
    .toUpperCase()
    .replaceAll(/[^0-9]/g, '')
    .replace(/^0+/, '');
}
