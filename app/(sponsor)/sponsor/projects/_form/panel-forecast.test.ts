import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { NO_BASIS, PanelForecast } from './panel-forecast.tsx';

const rule = {
  noMajority: true,
  anyDisagreement: true,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};
const said = (cases: number | null) =>
  renderToStaticMarkup(
    createElement(PanelForecast, {
      rule,
      overlap: 3,
      overlapRule: { mode: 'fixed' },
      method: 'majority',
      basis: NO_BASIS,
      cases,
    }),
  ).replaceAll(/<[^>]+>/g, '');

describe('what the panel is expected to decide (R25)', () => {
  test('is said of the cases that are read, and of each hundred while these are not known', () => {
    expect(said(200)).toContain('89 of 200 cases, 45 %');
    expect(said(null)).toContain('45 of 100 cases, 45 %');
  });

  test('is not said of no cases at all', () => {
    expect(said(0)).toBe('');
  });
});
