import { AppError } from '#server/core/errors.ts';
import type { Layout } from './layout.ts';
import { leieLayout } from './layout-leie.ts';
import { nppesDeactivatedLayout, nppesDeltaLayout, nppesFullLayout } from './layout-nppes.ts';
import { nuccLayout } from './layout-nucc.ts';
import { samLayout } from './layout-sam.ts';
import type { ImportMode, RegisterSource } from './schemas.ts';

const LAYOUTS: readonly Layout[] = [
  nuccLayout,
  nppesFullLayout,
  nppesDeltaLayout,
  nppesDeactivatedLayout,
  leieLayout,
  samLayout,
];

/** How a file is read. Error `import_mode` for a mode the register does not have. */
export function layoutOf(source: RegisterSource, mode: ImportMode): Layout {
  const layout = LAYOUTS.find((one) => one.source === source && one.mode === mode);
  if (layout) return layout;
  throw new AppError({
    kind: 'invalid',
    reason: 'import_mode',
    message: `${source} comes as a whole file only; --mode ${mode} is for nppes.`,
  });
}
