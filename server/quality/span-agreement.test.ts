import { describe, expect, it } from 'vitest';
import { assign } from './assignment.ts';
import { counterUniform } from './counter-hash.ts';
import { type Span, spanAgreement } from './span-agreement.ts';

function crowd(stream: number, n: number): Span[] {
  return Array.from({ length: n }, (_, index) => {
    const draw = (which: number) => counterUniform(stream, index * 4 + which, 9);
    const start = Math.floor(draw(0) * 120);
    return {
      document: `d${Math.floor(draw(1) * 2)}`,
      label: draw(2) < 0.5 ? 'A' : 'B',
      start,
      end: start + 1 + Math.floor(draw(3) * 15),
    };
  });
}

const unitsOf = (spans: readonly Span[]) =>
  new Set(
    spans.flatMap(({ document, label, start, end }) =>
      Array.from({ length: end - start }, (_, at) => `${document} ${label} ${start + at}`),
    ),
  );

describe('spanAgreement', () => {
  it('equals counting unit by unit and one assignment over all spans', () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const first = crowd(trial * 2 + 1, 25);
      const second = crowd(trial * 2 + 2, 20);
      const { unit, overlap } = spanAgreement(first, second);
      const [own, other] = [unitsOf(first), unitsOf(second)];
      expect(unit.truePositives).toBe([...own].filter((key) => other.has(key)).length);
      expect(unit.falsePositives).toBe(own.size - unit.truePositives);
      expect(unit.falseNegatives).toBe(other.size - unit.truePositives);
      const meets = (a: Span, b: Span) =>
        a.document === b.document && a.label === b.label && a.start < b.end && b.start < a.end;
      const costs = first.map((a) => second.map((b) => (meets(a, b) ? -1 : 0)));
      const hits = assign(costs).filter(([row, column]) => costs[row]![column] === -1).length;
      expect(overlap.truePositives).toBe(hits);
    }
  });
});
