import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const appFolder = join(import.meta.dirname, '..');
// Without comments and at-statements every rule is a plain selector list and its body.
const css = readFileSync(join(appFolder, 'globals.css'), 'utf8')
  .replaceAll(/\/\*.*?\*\//gs, '')
  .replaceAll(/@[^;{}]+;/g, '');

/** The tokens declared in the rule whose selector list holds `selector`. */
function tokensOf(selector: string): Map<string, string> {
  const rule = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].find(
    ([, selectors = '', body = '']) =>
      selectors
        .replaceAll("'", '"')
        .split(',')
        .some((one) => one.trim().endsWith(selector)) && body.includes('--ink:'),
  );
  return new Map(
    [...(rule?.[2] ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
}

const light = tokensOf('[data-theme="light"]');
const themes = {
  light,
  dark: new Map([...light, ...tokensOf('[data-theme="dark"]')]),
  reading: new Map([...light, ...tokensOf('[data-surface="reading"]')]),
};

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['canvas', 'surface', 'sunken', 'hover', 'selected'];
const meanings = ['good', 'attention', 'critical', 'information'];

const textPairs = [
  ...['ink', 'ink-2', 'ink-3', 'accent-ink'].flatMap((text) =>
    grounds.map((ground) => [text, ground] as const),
  ),
  ...meanings.flatMap((meaning) => [
    [`${meaning}-ink`, `${meaning}-soft`] as const,
    ...grounds.map((ground) => [`${meaning}-ink`, ground] as const),
  ]),
  ['on-accent', 'accent'] as const,
  ['on-accent', 'accent-hover'] as const,
  ['on-critical', 'critical'] as const,
  ['on-critical', 'critical-hover'] as const,
  ['ink-inverse', 'ink'] as const,
  ['ink-2', 'neutral-soft'] as const,
  ['ink', 'accent-soft'] as const,
];

const partPairs = [
  ...['control', 'accent', 'focus'].flatMap((part) =>
    ['canvas', 'surface', 'sunken'].map((ground) => [part, ground] as const),
  ),
  ...meanings.flatMap((meaning) => ['canvas', 'surface'].map((ground) => [meaning, ground] as const)),
  ...[1, 2, 3, 4].flatMap((chart) =>
    ['canvas', 'surface'].map((ground) => [`chart-${chart}`, ground] as const),
  ),
];

/** Pairs of a theme whose contrast is below `least`, as "text on ground 4.31". */
function tooFaint(
  tokens: Map<string, string>,
  pairs: readonly (readonly [string, string])[],
  least: number,
): string[] {
  return pairs.flatMap(([front, back]) => {
    const ratio = contrast(tokens.get(front)!, tokens.get(back)!);
    return ratio >= least ? [] : [`${front} on ${back} ${ratio.toFixed(2)}`];
  });
}

function componentFiles(): string[] {
  return readdirSync(appFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.') && file !== 'layout.tsx')
    .map((file) => join(appFolder, file));
}

describe.each(Object.entries(themes))('tokens, %s', (_, tokens) => {
  it('keep text readable on every ground: 4.5:1 or more', () => {
    expect(tooFaint(tokens, textPairs, 4.5)).toEqual([]);
  });

  it('keep controls, focus, signs and chart lines visible: 3:1 or more', () => {
    expect(tooFaint(tokens, partPairs, 3)).toEqual([]);
  });
});

describe('colours', () => {
  it('are never written out in a screen: only tokens', () => {
    const literal = /#[0-9a-fA-F]{3,8}\b(?=['";\]\s)])|\b(?:rgb|hsl|oklch)a?\(/;
    const found = componentFiles().filter((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => literal.test(line.replaceAll(/href="#[\w-]*"/g, ''))),
    );
    expect(found).toEqual([]);
  });

  it("of the browser's own bar are those of the canvas", () => {
    const layout = readFileSync(join(appFolder, 'layout.tsx'), 'utf8');
    expect(layout).toContain(themes.light.get('canvas'));
    expect(layout).toContain(themes.dark.get('canvas'));
  });

  it('of the reading surface have no cast: its grounds and inks are pure greys', () => {
    const greys = ['canvas', 'surface', 'sunken', 'line', 'control', 'ink', 'ink-2', 'ink-3'];
    const tinted = greys.filter((name) => !/^#(..)\1\1$/.test(themes.reading.get(name)!));
    expect(tinted).toEqual([]);
  });
});
