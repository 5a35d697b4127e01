/** Parts of the score, in the order they are shown. */
export const PARTS = [
  'accuracy',
  'reliability',
  'price',
  'timezone',
  'capacity',
  'freshness',
  'throughput',
] as const;
export type Part = (typeof PARTS)[number];
export type Weights = Record<Part, number>;

/** What holds unless the sponsor says otherwise. Speed weighs least: it never ranks alone. */
export const USUAL_WEIGHTS: Weights = {
  accuracy: 0.35,
  reliability: 0.2,
  price: 0.15,
  timezone: 0.1,
  capacity: 0.1,
  freshness: 0.05,
  throughput: 0.05,
};

/** No part decides alone, accuracy never counts for nothing, and speed and price stay small beside it. */
export const WEIGHT_LIMITS: Record<Part, { least: number; most: number }> = {
  accuracy: { least: 0.2, most: 0.6 },
  reliability: { least: 0, most: 0.5 },
  price: { least: 0, most: 0.3 },
  timezone: { least: 0, most: 0.3 },
  capacity: { least: 0, most: 0.3 },
  freshness: { least: 0, most: 0.2 },
  throughput: { least: 0, most: 0.1 },
};
