import { agreementWithPlurality, type ConsensusAgreement } from './leave-one-out-agreement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Agreement of everyone outside a panel with the plurality of the panel: the share of their reads that equal the answer
 * most panel members gave. Items on which the panel is tied are left out and counted. `raters` lists the readers outside the panel only.
 * Ids of the panel that have no reads are ignored; with no panel read at all the value is null with `no_overlap`.
 *
 * @example panelAgreement(table, { panel: ['0', '1', '2'] }).overall.n
 */
export function panelAgreement(
  table: RatingTable,
  options: { level?: number; panel: readonly string[] },
): ConsensusAgreement {
  const ids = new Set(options.panel);
  const isPanel = table.raters.map((rater) => ids.has(rater));
  return agreementWithPlurality(
    table,
    (rater) => isPanel[rater] === true,
    (rater) => isPanel[rater] === false,
    'panel_agreement',
    options,
  );
}
