import {
  type Candidate,
  casesInWeek,
  type Placement,
  type RosterModel,
  usableHours,
} from './roster-model.ts';

export type Substitute = {
  personId: string;
  name: string;
  /** Share of the open items they can make, 0 to 1. */
  covers: number;
  hours: number;
  /** Cost of one open item from them, and from whoever dropped out. */
  itemCost: number;
  itemCostBefore: number;
  accuracy: { value: number; n: number };
  /** On the roster already, with hours to spare. */
  isOnRoster: boolean;
  isOnshore: boolean | null;
  isMeasured: boolean;
  reasons: string[];
};

/**
 * Who could take the place of somebody who dropped out, best first: how much of the open work they can make, then what a
 * right item costs from them, then the person id, so that the same facts give the same order. People in another seat are
 * not proposed: moving them opens a hole elsewhere.
 */
export function rankSubstitutes(
  model: RosterModel,
  roster: readonly Placement[],
  out: { placement: Placement; candidate: Candidate; fromWeek: number },
): Substitute[] {
  const seat = model.seats.find((one) => one.key === out.placement.seat);
  if (!seat) return [];
  const { role } = seat;
  const open = Array.from({ length: model.weeks }, (_, week) =>
    week < out.fromWeek ? 0 : (out.placement.hours[week] ?? 0) * out.candidate.speed[role].value,
  );
  const total = open.reduce((a, b) => a + b, 0);
  const costPer = (one: Candidate) => one.costPerHour[role] / one.speed[role].value;
  return model.candidates
    .filter((one) => one.personId !== out.placement.personId && one.seats.includes(seat.key))
    .flatMap((one): Substitute[] => {
      const own = roster.find((placement) => placement.personId === one.personId);
      if (own && own.seat !== seat.key) return [];
      const made = open.map((items, week) => {
        const planned = own?.hours[week] ?? 0;
        const room = Math.max(0, usableHours(model, one, week) - planned) * one.speed[role].value;
        // Nobody reads a case twice, so nobody makes more reads in a week than there are cases (R23).
        const cases =
          role === 'annotator'
            ? casesInWeek(model, week) - planned * one.speed[role].value
            : Number.POSITIVE_INFINITY;
        return Math.max(0, Math.min(items, room, cases));
      });
      const items = made.reduce((a, b) => a + b, 0);
      if (items <= 0) return [];
      const substitute = {
        personId: one.personId,
        name: one.name,
        covers: total > 0 ? items / total : 0,
        hours: items / one.speed[role].value,
        itemCost: costPer(one),
        itemCostBefore: costPer(out.candidate),
        accuracy: { value: one.accuracy.value, n: one.accuracy.n },
        isOnRoster: own !== undefined,
        isOnshore: model.onshore ? one.country === model.onshore.country : null,
        isMeasured: one.speed[role].n > 0,
      };
      return [{ ...substitute, reasons: reasonsFor(substitute, seat.label) }];
    })
    .sort(
      (a, b) =>
        Math.round(b.covers * 20) - Math.round(a.covers * 20) ||
        a.itemCost / a.accuracy.value - b.itemCost / b.accuracy.value ||
        (a.personId < b.personId ? -1 : 1),
    );
}

function reasonsFor(one: Omit<Substitute, 'reasons'>, seat: string): string[] {
  const percent = Math.round(one.covers * 100);
  return [
    `Meets what “${seat}” asks for.`,
    percent >= 100 ? 'Can make all of the open work.' : `Can make ${percent} % of the open work.`,
    one.isOnRoster ? 'Is on this roster already and has hours to spare.' : 'Is free in these weeks.',
    one.accuracy.n > 0
      ? `Was right in ${Math.round(one.accuracy.value * 100)} % of ${one.accuracy.n} known cases.`
      : 'Accuracy not measured here yet; assumed.',
    ...(one.isMeasured ? [] : ['Speed not measured here yet; assumed.']),
    ...(one.isOnshore === null ? [] : [one.isOnshore ? 'Counts as onshore.' : 'Does not count as onshore.']),
  ];
}
