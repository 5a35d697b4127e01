import { expect, test } from 'vitest';
import { capabilitiesOf, type Role } from '#server/command/capabilities.ts';
import { areasOf, homePathOf } from './areas.ts';

test.each([
  ['sponsor', ['sponsor_owner'], '/sponsor', ['sponsor']],
  ['sponsor', ['sponsor_finance'], '/sponsor', ['sponsor']],
  ['sponsor', ['clinical_lead'], '/sponsor', ['sponsor', 'work']],
  ['sponsor', ['panel_reader'], '/work', ['work']],
  ['vendor', ['vendor_owner'], '/vendor', ['vendor']],
  ['vendor', ['qa_lead'], '/vendor', ['vendor', 'work']],
  ['vendor', ['vendor_annotator'], '/work', ['work']],
  ['independent', ['independent_annotator'], '/work', ['work']],
  ['platform', ['operator'], '/operator', ['operator']],
  ['platform', ['operator', 'project_manager'], '/operator', ['operator', 'sponsor']],
  ['platform', ['clinical_lead'], '/sponsor', ['sponsor', 'work']],
  [null, [], '/account', []],
] as const)('%s %j comes home to %s', (orgKind, roles, home, areas) => {
  const rights = { orgKind, capabilities: [...capabilitiesOf(roles as readonly Role[])] };
  expect(homePathOf(rights)).toBe(home);
  expect(areasOf(rights)).toEqual(areas);
});
