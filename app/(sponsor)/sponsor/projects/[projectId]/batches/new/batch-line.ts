import { statusWords } from '#app/_ui/status-tone.ts';
import type { BatchKind } from '#server/work/schemas.ts';

/** A batch that another one can refer to. */
export type EarlierBatch = {
  id: string;
  name: string;
  kind: BatchKind;
  status: string;
  /** Who reads it, where that is one vendor alone. */
  vendorName: string | null;
};

/** One of another project, which is named with it. */
export type ChoiceElsewhere = EarlierBatch & { projectTitle: string };

/** Batches of the sponsor's other projects: what a search found, and those that are chosen already. */
export type Elsewhere = {
  batches: readonly ChoiceElsewhere[];
  named: readonly ChoiceElsewhere[];
  /** There are more than `batches`. */
  isCut: boolean;
};

/** Whose people can be kept apart: every batch of this project, and the first of the others. */
export type ApartChoices = { here: readonly EarlierBatch[]; elsewhere: Elsewhere };

type Listed = EarlierBatch & Record<string, unknown>;

/** "Pilot K · Acme Reading · settled": the name of a pilot says nothing of its vendor, and batches of any kind may share theirs. */
export function batchLine({ name, vendorName, status }: Omit<EarlierBatch, 'id' | 'kind'>): string {
  return [name, vendorName, statusWords(status).toLowerCase()].filter((one) => one !== null).join(' · ');
}

/** A batch of a list, without what nothing is chosen by. */
export const toEarlier = ({ id, name, kind, status, vendorName }: Listed): EarlierBatch => ({
  id,
  name,
  kind,
  status,
  vendorName,
});

/** Every batch of this project and the first of the sponsor's others; drafts too, as a reference is often made first and opened later. */
export const apartChoices = (here: readonly Listed[], elsewhere: Elsewhere): ApartChoices => ({
  here: here.map(toEarlier),
  elsewhere,
});

/** What is shown of other projects: what is chosen stays in sight when a search does not find it, before what it finds; nothing moves by being chosen. */
export function shownElsewhere(of: {
  found: readonly ChoiceElsewhere[];
  /** Those that are or were chosen. */
  picked: readonly ChoiceElsewhere[];
  chosen: readonly string[];
}): ChoiceElsewhere[] {
  const isFound = (id: string) => of.found.some((one) => one.id === id);
  return [...of.picked.filter(({ id }) => of.chosen.includes(id) && !isFound(id)), ...of.found];
}
