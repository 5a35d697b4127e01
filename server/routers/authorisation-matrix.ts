import type { OrgKind } from '#server/command/actor.ts';
import type { Capability } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { agreementsRows } from './agreements-authorisation.ts';
import { analyticsRows } from './analytics-authorisation.ts';
import { appealsRows } from './appeals-authorisation.ts';
import type { World } from './authorisation-world.ts';
import { bidsRows } from './bids-authorisation.ts';
import { contractsRows } from './contracts-authorisation.ts';
import { credentialsRows } from './credentials-authorisation.ts';
import { healthRows } from './health-authorisation.ts';
import { identityRows } from './identity-authorisation.ts';
import { incidentsRows } from './incidents-authorisation.ts';
import { labelsRows } from './labels-authorisation.ts';
import { modelsRows } from './models-authorisation.ts';
import { notificationsRows } from './notifications-authorisation.ts';
import { ownStaffRows } from './own-staff-authorisation.ts';
import { payoutsRows } from './payouts-authorisation.ts';
import { projectRows } from './projects-authorisation.ts';
import { registersRows } from './registers-authorisation.ts';
import { routingRows } from './routing-authorisation.ts';
import { scoresRows } from './scores-authorisation.ts';
import { staffingRows } from './staffing-authorisation.ts';
import { strategyRows } from './strategy-authorisation.ts';
import { vendorsRows } from './vendors-authorisation.ts';
import { workRows } from './work-authorisation.ts';

/*
 * Who may call what: one row per procedure, proven by authorisation-matrix.db.test.ts. To add rows:
 * 1. write server/routers/<domain>-authorisation.ts exporting `<domain>Rows: AuthorisationRow[]`, and spread it below;
 * 2. `path` and `can` as in the router (`self` and `public` too); `input` makes what is asked for on side `a` (share with `w.once`) and returns
 *    the input, the same for every actor; leave it out when the procedure takes none;
 * 3. `otherOrg`: what somebody with the same right in another organisation gets for that input;
 *    (ids the client makes, such as a submit's, belong into rows that are refused, not `own-data-only`);
 * 4. `as` when the right person is not in the first kind of organisation that has the capability, or `by` for one exact person.
 */
export type AuthorisationRow = {
  path: string;
  can: Capability;
  input?: (world: World) => unknown;
  /**
   * `not_found` | `forbidden`: refused so, and nothing in the database changes; `refused`: by a rule of the story.
   * `own-data-only`: may succeed, but nothing of side `a` comes out or changes. `everybodys`: what is asked for is
   * for everyone with the right (an open call); nothing of the right person's own comes out or changes.
   */
  otherOrg: 'not_found' | 'forbidden' | 'refused' | 'own-data-only' | 'everybodys';
  /** Kind of organisation of the right person. */
  as?: OrgKind;
  /** The right person, when not just anybody with the capability (an assigned reader, the member who signs). */
  by?: (world: World) => Promise<OrgContext>;
};

export const AUTHORISATION: readonly AuthorisationRow[] = [
  ...agreementsRows,
  ...analyticsRows,
  ...bidsRows,
  ...contractsRows,
  ...credentialsRows,
  ...healthRows,
  ...identityRows,
  ...incidentsRows,
  ...modelsRows,
  ...notificationsRows,
  ...ownStaffRows,
  ...payoutsRows,
  ...projectRows,
  ...registersRows,
  ...staffingRows,
  ...routingRows,
  ...scoresRows,
  ...strategyRows,
  ...vendorsRows,
  ...workRows,
  ...labelsRows,
  ...appealsRows,
];
