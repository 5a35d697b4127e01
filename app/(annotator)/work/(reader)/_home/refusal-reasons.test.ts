import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { RefusalReasons } from './refusal-reasons.tsx';

const drawn = (error: unknown) => renderToStaticMarkup(createElement(RefusalReasons, { error }));
const refused = (details: unknown[]) =>
  Object.assign(new Error('You cannot start this.'), {
    data: { code: 'PRECONDITION_FAILED', reason: 'not_eligible', details },
  });

describe('why work was refused', () => {
  test('each reason is said with the way to change it', () => {
    const html = drawn(
      refused([
        {
          code: 'exam.missing',
          message: 'Pass the exam.',
          change: { says: 'Take it.', href: '/work/exams' },
        },
        { code: 'batch.full', message: 'It is full.' },
      ]),
    );
    expect(html).toContain('role="alert"');
    expect(html).toMatch(/Pass the exam\..*Take it\..*href="\/work\/exams".*It is full\./);
    expect(html).not.toContain('You cannot start this.');
  });

  test('without reasons its one sentence is said, without an answer that there was none, and without a refusal nothing', () => {
    expect(drawn(refused([]))).toContain('You cannot start this.');
    expect(drawn(new TypeError('fetch failed'))).toContain('could not be reached');
    expect(drawn(null)).toBe('');
  });
});
