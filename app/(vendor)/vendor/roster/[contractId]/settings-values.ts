import { type GroupValues, ruleValues, toRule } from '#app/_credentials/rule-values.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import { credentialRule } from '#server/credentials/schemas.ts';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';

type Seat = RosterParameters['seats'][number];

/** A seat as its row holds it: numbers as typed, and its rule on top of the project's. */
export type SeatValues = {
  key: string;
  role: Seat['role'];
  label: string;
  least: string;
  most: string;
  rule: GroupValues;
};

/** The settings as the form holds them. */
export type SettingsValues = {
  startOn: string;
  weeks: string;
  /** One number for every week, or one per week, parted by commas. */
  reads: string;
  reviewShare: string;
  overlap: string;
  objective: RosterParameters['objective'];
  annotatorsPerReviewer: string;
  onshoreCountry: string;
  onshoreShare: string;
  mostHours: string;
  leastHours: string;
  budget: string;
  coverage: string;
  sponsorTimezone: string;
  sharedOfficeHours: string;
  price: string;
  assumedReadsPerHour: string;
  assumedAccuracy: string;
  speedBasis: RosterParameters['speedBasis'];
  keepsAccepted: boolean;
  /** Empty takes everybody. */
  teamId: string;
  /** False brings back those whom an earlier plan left out. */
  leavesOut: boolean;
  seats: SeatValues[];
};

/** Parameters as text to edit. */
export function toValues(parameters: RosterParameters, currency: string): SettingsValues {
  const { readsByWeek } = parameters;
  const isEven = readsByWeek.every((reads) => reads === readsByWeek[0]);
  return {
    startOn: parameters.startOn,
    teamId: parameters.teamId ?? '',
    weeks: String(readsByWeek.length),
    reads: isEven ? String(readsByWeek[0] ?? 0) : readsByWeek.join(', '),
    reviewShare: String(parameters.reviewShareBasisPoints / 100),
    overlap: String(parameters.overlap),
    objective: parameters.objective,
    annotatorsPerReviewer: parameters.annotatorsPerReviewer?.toString() ?? '',
    onshoreCountry: parameters.onshoreCountry ?? '',
    onshoreShare: String(parameters.onshoreShareBasisPoints / 100),
    mostHours: String(parameters.mostHours),
    leastHours: String(parameters.leastHours),
    budget:
      parameters.budgetMinor === null ? '' : formatMinor({ amountMinor: parameters.budgetMinor, currency }),
    coverage: parameters.coverage?.toString() ?? '',
    sponsorTimezone: parameters.sponsorTimezone,
    sharedOfficeHours: String(parameters.sharedOfficeHours),
    price: formatMinor({ amountMinor: parameters.pricePerReadMinor, currency }),
    assumedReadsPerHour: String(parameters.assumedReadsPerHour),
    assumedAccuracy: String(parameters.assumedAccuracy),
    speedBasis: parameters.speedBasis,
    keepsAccepted: parameters.keepsAccepted,
    leavesOut: true,
    seats: parameters.seats.map(seatValues),
  };
}

function seatValues({ rule, least, most, ...seat }: Seat): SeatValues {
  return { ...seat, least: String(least), most: String(most), rule: ruleValues(rule) };
}

/**
 * What is typed as parameters. Only what cannot be read as a number or an amount is told here; whether the numbers can be is
 * the server's to say, in one place. `before` gives what the form does not hold.
 */
export function toParameters(
  values: SettingsValues,
  before: RosterParameters,
  currency: string,
): { parameters: RosterParameters | null; problems: FormProblem[] } {
  const problems: FormProblem[] = [];
  const number = (name: keyof SettingsValues, label: string): number => {
    const text = String(values[name]).trim().replace(',', '.');
    const read = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(read)) problems.push({ name, message: `${label}: give a number.` });
    return read;
  };
  const optional = (name: keyof SettingsValues, label: string): number | null =>
    String(values[name]).trim() === '' ? null : number(name, label);
  const amount = (name: 'budget' | 'price', label: string): bigint | null => {
    if (values[name].trim() === '') return null;
    try {
      return parseMoney(values[name], currency).amountMinor;
    } catch (error) {
      problems.push({
        name,
        message: `${label}: ${error instanceof AppError ? error.message : 'give an amount.'}`,
      });
      return null;
    }
  };
  const price = amount('price', 'Price per read');
  if (values.price.trim() === '')
    problems.push({ name: 'price', message: 'Price per read: give an amount such as 1.20.' });
  const parameters: RosterParameters = {
    ...before,
    startOn: values.startOn,
    objective: values.objective,
    readsByWeek: readsOf(values, problems),
    reviewShareBasisPoints: Math.round(number('reviewShare', 'Reviewed share') * 100),
    overlap: number('overlap', 'Reads per case'),
    seats: values.seats.map((seat, at) => toSeat(seat, at, problems)),
    annotatorsPerReviewer: optional('annotatorsPerReviewer', 'Annotators to a reviewer'),
    onshoreCountry: values.onshoreCountry.trim() === '' ? null : values.onshoreCountry.trim().toUpperCase(),
    onshoreShareBasisPoints: Math.round(number('onshoreShare', 'Onshore share') * 100),
    mostHours: number('mostHours', 'Hours a week'),
    leastHours: number('leastHours', 'Hours over the plan'),
    budgetMinor: amount('budget', 'Budget'),
    coverage: optional('coverage', 'Readers at any hour'),
    sponsorTimezone: values.sponsorTimezone.trim(),
    sharedOfficeHours: number('sharedOfficeHours', 'Shared hours'),
    pricePerReadMinor: price ?? before.pricePerReadMinor,
    assumedReadsPerHour: number('assumedReadsPerHour', 'Assumed speed'),
    assumedAccuracy: number('assumedAccuracy', 'Assumed accuracy'),
    speedBasis: values.speedBasis,
    keepsAccepted: values.keepsAccepted,
    teamId: values.teamId === '' ? null : values.teamId,
    without: values.leavesOut ? before.without : [],
  };
  return problems.length > 0 ? { parameters: null, problems } : { parameters, problems };
}

function readsOf(values: SettingsValues, problems: FormProblem[]): number[] {
  const weeks = Number(values.weeks.trim());
  if (!Number.isInteger(weeks) || weeks < 1 || weeks > 26) {
    problems.push({ name: 'weeks', message: 'Weeks: give a whole number from 1 to 26.' });
    return [];
  }
  const parts = values.reads
    .split(',')
    .map((part) => Number(part.trim().replaceAll(/[\s']/g, '') || Number.NaN));
  if (parts.some((part) => !Number.isFinite(part))) {
    problems.push({
      name: 'reads',
      message: 'Reads a week: one number for every week, or one per week, parted by commas.',
    });
    return [];
  }
  if (parts.length === 1) return Array.from({ length: weeks }, () => parts[0] ?? 0);
  if (parts.length !== weeks)
    problems.push({
      name: 'reads',
      message: `Reads a week: ${parts.length} numbers for ${weeks} weeks. Give one, or one per week.`,
    });
  return parts;
}

function toSeat(values: SeatValues, at: number, problems: FormProblem[]): Seat {
  const whole = (text: string, label: string): number => {
    const read = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isInteger(read))
      problems.push({ name: `seats.${at}`, message: `${values.label}, ${label}: give a whole number.` });
    return read;
  };
  const rule = credentialRule.safeParse(toRule(values.rule));
  if (!rule.success)
    problems.push({
      name: `seats.${at}`,
      message: `${values.label}, rule: ${rule.error.issues[0]?.message ?? 'is not complete.'}`,
    });
  return {
    key: values.key,
    role: values.role,
    label: values.label.trim(),
    least: whole(values.least, 'at least'),
    most: whole(values.most, 'at most'),
    rule: rule.success ? rule.data : { anyOf: [] },
  };
}
