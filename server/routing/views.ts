import { contractsOf } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { sumUnitWork } from '#server/own-staff/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { orderedUnit } from '#server/work/own-staff-terms.ts';
import { findRule, listHandOffs } from './queries.ts';
import { handOffTime } from './rules.ts';
import type { HandOffView, RoutingView } from './schemas.ts';

/** Values of a dimension that can be chosen from; more are no subgroups. */
const MOST_VALUES = 40;

/** The routing of a project of the acting sponsor: its rule, who there is, what was handed over and how fast. `not_found` for others. */
export async function viewRouting(ctx: OrgContext, input: { projectId: string }): Promise<RoutingView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const found = await findRule(ctx.db, project.id);
  const unit = await orderedUnit(ctx.db, project);
  const { modality, anatomy } = project;
  const work = unit === null ? null : await sumUnitWork(ctx.db, { orgId: unit.orgId, modality, anatomy });
  const awards = (await contractsOf(ctx.db, { projectId: project.id })).filter(
    (one) => one.kind === 'award' && one.status === 'active' && one.shareBasisPoints > 0,
  );
  const names = await organisationsById(
    ctx.db,
    awards.map((one) => one.vendorOrgId),
  );
  const handOffs = await listHandOffs(ctx.db, project.id);
  return {
    rule: found?.rule ?? null,
    setAt: found?.setAt ?? null,
    own:
      unit === null || work === null
        ? null
        : {
            name: unit.name,
            hoursPerWeek: unit.hoursPerWeek,
            readsPerHour: work.activeMs === 0 ? null : (work.reads * 3_600_000) / work.activeMs,
          },
    vendors: awards.map((one) => ({
      contractId: one.id,
      name: names.get(one.vendorOrgId)?.legalName ?? 'A vendor',
      shareBasisPoints: one.shareBasisPoints,
    })),
    datasets: (await listDatasets(ctx.db, project.id)).map((one) => ({
      id: one.id,
      name: one.name,
      cases: one.caseCount,
      dataClass: one.dataClass,
      dimensions: dimensionsOf(one.composition),
    })),
    handOffTime: {
      ...handOffTime(handOffs.flatMap((one) => secondsOf(one))),
      waiting: handOffs.filter((one) => one.firstReadAt === null).length,
    },
    handOffs,
  };
}

function secondsOf({ countsFrom, firstReadAt }: HandOffView): number[] {
  return countsFrom === null || firstReadAt === null
    ? []
    : [Math.max(0, (firstReadAt.getTime() - countsFrom.getTime()) / 1000)];
}

type Counted = readonly { value: string }[];

function dimensionsOf(composition: {
  sites: Counted;
  subgroups: Readonly<Record<string, Counted>>;
}): RoutingView['datasets'][number]['dimensions'] {
  const values = (counted: Counted) => counted.map((one) => one.value).filter((value) => value !== '');
  return [
    { key: 'site', label: 'Site', values: values(composition.sites) },
    ...Object.entries(composition.subgroups).map(([name, counted]) => ({
      key: `subgroup:${name}`,
      label: name,
      values: values(counted),
    })),
  ].filter((one) => one.values.length > 0 && one.values.length <= MOST_VALUES);
}
