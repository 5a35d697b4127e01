import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { isLanguage } from './languages.ts';
import { isValidNpi } from './npi.ts';
import { dayOf } from './rules.ts';
import type { ClaimCredentialInput } from './schemas.ts';
import type { Scheme } from './scheme.ts';
import { findScheme } from './schemes.ts';
import { isUsState } from './us-states.ts';

/** A licence that would run longer than this was typed wrongly. */
const LONGEST_YEARS = 20;
const OLDEST = '1940-01-01';
const NPI_SCHEME = 'us_npi';

/** The number as it is compared: upper case, without spaces, dots and hyphens. */
export function normaliseIdentifier(identifier: string): string {
  return identifier.toUpperCase().replaceAll(/[\s.\-–]/g, '');
}

/** The register a claim is in; an NPI always is in one, whether or not it is said. Null for none. */
export function schemeOf(input: Pick<ClaimCredentialInput, 'kind' | 'scheme'>): Scheme | null {
  return findScheme(input.scheme ?? (input.kind === 'npi' ? NPI_SCHEME : null));
}

/** Everything wrong with a claim before anything is kept, each in a sentence with what to do. */
export function claimProblems(input: ClaimCredentialInput, now: Date): ErrorDetail[] {
  return [...dateProblems(input, now), ...numberProblems(input), ...placeProblems(input)];
}

function dateProblems(input: ClaimCredentialInput, now: Date): ErrorDetail[] {
  const today = dayOf(now);
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `credential.${code}`, path, message });
  const { issuedOn, expiresOn } = input;
  if (issuedOn && issuedOn > today)
    add(
      'issued_in_future',
      'issuedOn',
      `The issue date ${sayDay(issuedOn)} lies in the future. Enter the date printed on it.`,
    );
  if (issuedOn && issuedOn < OLDEST)
    add(
      'issued_too_early',
      'issuedOn',
      `It cannot have been issued in ${issuedOn.slice(0, 4)}. Check the year.`,
    );
  if (expiresOn && expiresOn < today)
    add(
      'expired',
      'expiresOn',
      `It expired on ${sayDay(expiresOn)}. Renew it at its issuer first, then add the new one.`,
    );
  if (issuedOn && expiresOn && expiresOn < issuedOn)
    add('dates_crossed', 'expiresOn', 'It would expire before it was issued. Check both dates.');
  if (expiresOn && expiresOn > dayOf(plus(now, LONGEST_YEARS * 366 * DAY)))
    add(
      'expires_too_late',
      'expiresOn',
      `It would hold until ${expiresOn.slice(0, 4)}. Check the year; leave the date out when it does not expire.`,
    );
  return problems;
}

function numberProblems(input: ClaimCredentialInput): ErrorDetail[] {
  const scheme = schemeOf(input);
  const problem = (code: string, message: string): ErrorDetail[] => [
    { code: `credential.${code}`, path: 'identifier', message },
  ];
  if (input.identifier === undefined) {
    const isNeeded =
      scheme === null
        ? ['medical_licence', 'nursing_licence'].includes(input.kind)
        : scheme.number?.isRequired === true;
    return isNeeded
      ? problem('number_missing', 'Enter its number, so that it can be checked at its source.')
      : [];
  }
  const number = normaliseIdentifier(input.identifier);
  if (input.kind === 'npi')
    return isValidNpi(number)
      ? []
      : problem(
          'npi_malformed',
          'This is not an NPI: it has ten digits, starts with 1 or 2 and its last digit is a check digit. Look for a typing error.',
        );
  if (scheme?.number && !scheme.number.isValid(number))
    return problem(
      'number_malformed',
      `This is no number of ${scheme.name}: it ${scheme.number.says}, for example ${scheme.number.example}. Look for a typing error.`,
    );
  return [];
}

function placeProblems(input: ClaimCredentialInput): ErrorDetail[] {
  const scheme = schemeOf(input);
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `credential.${code}`, path, message });
  if (input.scheme !== undefined && scheme === null)
    add('scheme_unknown', 'scheme', 'This register is not known. Choose one from the list.');
  if (scheme !== null && scheme.kind !== input.kind)
    add('scheme_of_other_kind', 'scheme', `${scheme.name} is another kind of credential. Choose it again.`);
  if (scheme?.isOfState && input.region === undefined)
    add('state_missing', 'region', 'Choose the state that issued it; every state has its own board.');
  if (input.region !== undefined && !isUsState(input.region))
    add('state_unknown', 'region', `${input.region} is no US state or territory. Choose one from the list.`);
  if (scheme?.code.startsWith('other_') && input.jurisdiction === undefined)
    add('country_missing', 'jurisdiction', 'Choose the country whose body issued it.');
  if (input.kind === 'language' && !isLanguage(input.specialty ?? ''))
    add('language_missing', 'specialty', 'Choose the language from the list.');
  if (input.kind === 'language' && input.proficiency === undefined)
    add('proficiency_missing', 'proficiency', 'Choose how well you know it.');
  if (input.kind !== 'language' && input.proficiency !== undefined)
    add(
      'proficiency_of_other_kind',
      'proficiency',
      'Only a language has a level of this kind. Leave it out.',
    );
  return problems;
}
