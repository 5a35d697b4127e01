import { Children, createElement, isValidElement, type ReactElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Clarifications } from './clarifications.tsx';

type Props = Parameters<typeof Clarifications>[0];
const one = (more: Partial<Props['clarifications'][number]>) => ({
  kind: 'definition' as const,
  title: 'Grade',
  text: 'Of the worst area.',
  version: 2,
  since: new Date('2026-01-02T00:00:00Z'),
  ...more,
});

/** The keys of the entries, as React sees them. */
function keysOf(node: ReactNode): (string | null)[] {
  return Children.toArray(node).flatMap((child) => {
    if (!isValidElement(child)) return [];
    const { children } = (child as ReactElement<{ children?: ReactNode }>).props;
    if (child.type !== 'ul') return keysOf(children);
    return (children as ReactElement[]).map((entry) => entry.key);
  });
}

describe('what was made clearer, beside a case (R24)', () => {
  test('two fields with one label are two entries', () => {
    const clarifications = [one({}), one({ text: 'Of the largest area.' })];
    const keys = keysOf(Clarifications({ since: 1, clarifications }));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  test('words that hold no more are said so, with their text', () => {
    const clarifications = [one({ kind: 'withdrawn', title: 'Guideline', text: 'Ignore PIN.' })];
    const html = renderToStaticMarkup(createElement(Clarifications, { since: 1, clarifications }));
    expect(html).toContain('Holds no more: Guideline');
    expect(html).toContain('Ignore PIN.');
  });
});
