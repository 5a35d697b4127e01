import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { DecisionNote } from './decision-note.tsx';
import { Markdown } from './markdown.tsx';
import { Measure, type MeasureProps } from './measure.tsx';

const text = (props: MeasureProps) =>
  renderToStaticMarkup(createElement(Measure, props))
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const sizes = ['block', 'inline'] as const;

describe('Measure', () => {
  it.each(sizes)('says a missing figure in words and draws no number, %s', (size) => {
    const said = text({ label: 'Accuracy', value: null, reason: 'no_reference', size });
    expect(said).toContain('No gold or final labels yet');
    expect(said).not.toMatch(/\d/);
  });

  it.each(sizes)('shows value, interval and n together, %s', (size) => {
    const said = text({ label: 'α', value: 0.8403, interval: [0.797, 0.876], n: 4800, size });
    expect(said).toContain('0.84');
    expect(said).toContain('0.80, 0.88');
    expect(said).toContain('n 4,800');
  });

  it('shows a real zero as zero', () => {
    expect(text({ label: 'Reads', value: 0, format: 'count' })).toContain('0');
  });

  it('says the verdict in words beside the threshold', () => {
    const said = text({ label: 'α', value: 0.84, threshold: { value: 0.8 }, verdict: 'inconclusive' });
    expect(said).toContain('Can’t be told yet');
    expect(said).toContain('≥ 0.80 asked');
  });
});

describe('DecisionNote', () => {
  it('names the outcome, the failing hop and the way out without relying on colour', () => {
    const html = renderToStaticMarkup(
      createElement(DecisionNote, {
        outcome: 'refused',
        title: 'You can’t open this case yet.',
        steps: [{ label: 'Platform ⇄ vendor', state: 'failed', says: 'not signed' }],
        changes: [{ says: 'The vendor signs.', href: '/agreements', linkLabel: 'Open agreement' }],
      }),
    );
    expect(html).toContain('Refused: ');
    expect(html).toContain('(failing)');
    expect(html).toContain('href="/agreements"');
  });
});

describe('Markdown', () => {
  it('runs no script, follows no script link and loads nothing from elsewhere', () => {
    const written =
      '<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://elsewhere.example/y.png) **b**';
    const html = renderToStaticMarkup(Markdown({ children: written }));
    expect(html).not.toContain('<script');
    expect(html).not.toContain('javascript:');
    expect(html).not.toContain('elsewhere.example');
    expect(html).toContain('<strong>b</strong>');
  });
});
