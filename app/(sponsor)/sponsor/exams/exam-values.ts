import { type GroupValues, toRule } from '#app/_credentials/rule-values.ts';
import { AppError } from '#server/core/errors.ts';
import { parseMoney } from '#server/core/money.ts';
import type { ExamSubject } from '#server/credentials/general-exam-schemas.ts';

/** An exam as typed. */
export type ExamValues = {
  title: string;
  subjectKind: ExamSubject;
  subject: string;
  /** Per cent. */
  level: string;
  validMonths: string;
  maxAttempts: string;
  retryAfterDays: string;
  price: string;
  currency: string;
  entry: GroupValues;
};

export const EMPTY_EXAM: ExamValues = {
  title: '',
  subjectKind: 'anatomy',
  subject: '',
  level: '80',
  validMonths: '24',
  maxAttempts: '2',
  retryAfterDays: '30',
  price: '1.00',
  currency: 'USD',
  entry: { match: 'any', parts: [] },
};

/** What is typed as the schema takes it; what is no number or amount is the schema's to refuse. */
export function examValuesInput(values: ExamValues): unknown {
  const whole = (text: string) => Number(text.trim() || 'x');
  const { title, subjectKind, subject } = values;
  const currency = values.currency.trim().toUpperCase();
  return {
    title,
    subjectKind,
    subject,
    passLevelBasisPoints: Math.round(whole(values.level) * 100),
    validMonths: whole(values.validMonths),
    maxAttempts: whole(values.maxAttempts),
    retryAfterDays: whole(values.retryAfterDays),
    currency,
    pricePerReadMinor: minorOf(values.price, currency),
    entryRule: toRule(values.entry),
  };
}

function minorOf(price: string, currency: string): bigint | string {
  try {
    return parseMoney(price, currency).amountMinor;
  } catch (error) {
    if (error instanceof AppError) return price;
    throw error;
  }
}
