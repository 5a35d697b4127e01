import { describe, expect, it } from 'vitest';
import { linearAxis, onAxis } from './scale.ts';

describe('an interval on an axis', () => {
  const axis = linearAxis([0.4, 0.9], [0, 1]);

  it('is drawn whole where it lies between the ends', () => {
    const none = { below: false, above: false };
    expect(onAxis(axis, [0.2, 0.8])).toEqual({ from: 0.2, to: 0.8, goesOn: none });
    expect(onAxis(axis, [0, 1])).toEqual({ from: 0, to: 1, goesOn: none });
  });

  it('ends where the axis does, and says that it goes on', () => {
    expect(onAxis(axis, [-0.3, 0.5])).toEqual({ from: 0, to: 0.5, goesOn: { below: true, above: false } });
    expect(onAxis(axis, [-0.3, 1.2])).toEqual({ from: 0, to: 1, goesOn: { below: true, above: true } });
  });

  it('stays at the end that it lies past', () => {
    expect(onAxis(axis, [-0.4, -0.1])).toEqual({ from: 0, to: 0, goesOn: { below: true, above: false } });
    expect(onAxis(axis, [1.1, 1.1])).toEqual({ from: 1, to: 1, goesOn: { below: false, above: true } });
  });
});
