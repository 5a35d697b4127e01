import { describe, expect, it } from 'vitest';
import { fieldId } from './field-id.ts';
import { formatDuration } from './format-duration.ts';
import { formatInstant } from './format-instant.ts';
import { formatMoney } from './format-money.ts';
import { formatFigure, reasonWords } from './measure-words.ts';
import { statusTone, statusWords } from './status-tone.ts';

describe('formatMoney', () => {
  it('writes symbol, groups, decimals and code', () => {
    expect(formatMoney({ amountMinor: 123456789n, currency: 'USD' }).full).toBe('$1,234,567.89 USD');
    expect(formatMoney({ amountMinor: 5n, currency: 'EUR' }).full).toBe('€0.05 EUR');
  });

  it('is exact beyond what a float can hold', () => {
    expect(formatMoney({ amountMinor: 900719925474099301n, currency: 'USD' }).full).toBe(
      '$9,007,199,254,740,993.01 USD',
    );
  });

  it('knows currencies without decimals and without a symbol', () => {
    expect(formatMoney({ amountMinor: 250000n, currency: 'JPY' }).full).toBe('¥250,000 JPY');
    expect(formatMoney({ amountMinor: 1999n, currency: 'CHF' }).full).toBe('19.99 CHF');
  });

  it('puts a real minus sign, and a plus only when asked and not for zero', () => {
    expect(formatMoney({ amountMinor: -184n, currency: 'USD' }).full).toBe('−$1.84 USD');
    expect(formatMoney({ amountMinor: 184n, currency: 'USD' }, { signed: true }).full).toBe('+$1.84 USD');
    expect(formatMoney({ amountMinor: 0n, currency: 'USD' }, { signed: true }).full).toBe('$0.00 USD');
  });
});

describe('formatFigure', () => {
  it('takes a share for a per cent and keeps its decimals', () => {
    expect(formatFigure(0.9514, 'percent')).toBe('95.1');
    expect(formatFigure(0.9, 'score')).toBe('0.90');
    expect(formatFigure(1204, 'count')).toBe('1,204');
  });

  it('never writes a minus before zero', () => {
    expect(formatFigure(-0.001, 'score')).toBe('0.00');
    expect(formatFigure(-0.12, 'score')).toBe('−0.12');
  });
});

describe('reasonWords', () => {
  it('says why a figure is missing, for known codes, sentences and unknown codes alike', () => {
    expect(reasonWords('no_reference')).toContain('accuracy can’t be said');
    expect(reasonWords('Needs 31 more gold cases.')).toBe('Needs 31 more gold cases.');
    expect(reasonWords('odd_code')).toBe('Odd code');
    expect(reasonWords(null)).toBe('Not known yet');
  });
});

describe('formatDuration', () => {
  it('names the two largest units', () => {
    expect([0, 4.26, 42, 59.7, 60, 95, 3600, 9000, 86400, 200000].map(formatDuration)).toEqual([
      '0 s',
      '4.3 s',
      '42 s',
      '1 min',
      '1 min',
      '1 min 35 s',
      '1 h',
      '2 h 30 min',
      '1 d',
      '2 d 7 h',
    ]);
  });
});

describe('formatInstant', () => {
  it("shows an instant in the reader's zone with a 24-hour clock", () => {
    const instant = new Date('2026-11-21T00:05:00Z');
    expect(formatInstant(instant, 'minute', 'UTC')).toBe('21 Nov 2026, 00:05');
    expect(formatInstant(instant, 'minute', 'America/New_York')).toBe('20 Nov 2026, 19:05');
  });
});

describe('state words', () => {
  it('carry one tone each and read as a sentence', () => {
    expect(statusTone('inconclusive')).toBe('attention');
    expect(statusTone('never heard of')).toBe('neutral');
    expect(statusWords('in_adjudication')).toBe('In adjudication');
  });
});

describe('fieldId', () => {
  it('makes an id that a link can name from any form path', () => {
    expect(fieldId('seats.0.person')).toBe('field-seats-0-person');
  });
});
