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

/** One whose people can be kept apart, of whatever project. */
export type ApartChoice = EarlierBatch & {
  /** Of another project than this one; null for this one. */
  projectTitle: string | null;
};

export type ApartChoices = {
  batches: ApartChoice[];
  /** Of other projects only the newest are among them. */
  isCut: boolean;
};

type Listed = EarlierBatch & Record<string, unknown>;

/** "Pilot · Acme Reading · settled": batches share names, as the pilots of a call do. */
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

/** Every batch of this project and of the sponsor's others; drafts too, as a reference is often made first and opened later. */
export function apartChoices(
  here: readonly Listed[],
  elsewhere: { batches: readonly (Listed & { projectTitle: string })[]; isCut: boolean },
): ApartChoices {
  const batches = [
    ...here.map((one) => ({ ...toEarlier(one), projectTitle: null })),
    ...elsewhere.batches.map((one) => ({ ...toEarlier(one), projectTitle: one.projectTitle })),
  ];
  return { batches, isCut: elsewhere.isCut };
}
