import type { OrgContext } from '#server/command/context.ts';
import { findReadAgreement } from '#server/labels/read-agreement.ts';
import { type Requirement, requirementsToOpenCall, requirementsToStartWork } from './checklist.ts';
import {
  type AdjudicationForecast,
  type ForecastField,
  forecastAdjudication,
  forecastFields,
  type ReadAgreement,
} from './forecast-adjudication.ts';
import { gatherFacts } from './gather-facts.ts';
import { getProjectForOrg, listProjects } from './reads.ts';
import { nextProjectStatus, type ProjectEvent } from './rules.ts';
import type { Project } from './schemas.ts';

export type ProjectView = {
  project: Project;
  toOpenCall: Requirement[];
  toStartWork: Requirement[];
  /** Expected share of cases the panel must decide (R25); null before there is a protocol to judge by. */
  forecast: AdjudicationForecast | null;
  /** What forecasts rest on: the closed fields of the protocol, and how the project's readers agree on them (who may see quality). */
  forecastBasis: { fields: ForecastField[]; reads: Record<string, ReadAgreement> };
  /** Cases in all datasets. */
  cases: number;
  /** What the sponsor may decide now. */
  decisions: SponsorDecision[];
};

const SPONSOR_DECISIONS = [
  'paused',
  'resumed',
  'completed',
  'archived',
] as const satisfies readonly ProjectEvent[];
type SponsorDecision = (typeof SPONSOR_DECISIONS)[number];

/** A project with both checklists, as its page shows it. */
export async function viewProject(ctx: OrgContext, input: { projectId: string }): Promise<ProjectView> {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const facts = await gatherFacts(ctx.db, input.projectId, ctx.clock.now());
  const { project } = facts;
  const cases = facts.datasets.reduce((sum, one) => sum + one.caseCount, 0);
  const schema = (facts.signedProtocol ?? facts.protocol)?.labelSchema;
  const fields = forecastFields(schema);
  const reads = ctx.actor.capabilities.has('quality.read')
    ? await findReadAgreement(ctx.db, { projectId: project.id, fields })
    : {};
  const { adjudication: rule, overlap, overlapRule, consensusMethod: method } = project.qualityPolicy;
  return {
    project,
    cases,
    toOpenCall: requirementsToOpenCall(facts),
    toStartWork: requirementsToStartWork(facts, 'paid'),
    forecastBasis: { fields, reads },
    forecast:
      fields.length === 0
        ? null
        : forecastAdjudication({ rule, overlap, overlapRule, method, fields, cases, reads }),
    decisions: SPONSOR_DECISIONS.filter((event) => nextProjectStatus(project.status, event) !== null),
  };
}

export type ProjectListItem = Pick<Project, 'id' | 'title' | 'status' | 'deadline' | 'createdAt'> & {
  /** What waits before the call can open; only for drafts. */
  missing: number;
  /** First thing to mend, and where. */
  next: { message: string; href: string } | null;
};

/** The sponsor's projects, newest first, each draft with what it waits for. */
export async function viewProjects(
  ctx: OrgContext,
  input: { before?: Date | undefined; limit: number },
): Promise<{ items: ProjectListItem[]; next: Date | null }> {
  const projects = await listProjects(ctx.db, ctx.actor.orgId, input);
  const items = await Promise.all(
    projects.map(async ({ id, title, status, deadline, createdAt }): Promise<ProjectListItem> => {
      const facts = status === 'draft' ? await gatherFacts(ctx.db, id, ctx.clock.now()) : null;
      const missing = facts === null ? [] : requirementsToOpenCall(facts).filter((one) => !one.done);
      const first = missing[0];
      const next = first ? { message: first.message, href: first.href } : null;
      return { id, title, status, deadline, createdAt, missing: missing.length, next };
    }),
  );
  const last = projects.length === input.limit ? projects.at(-1) : undefined;
  return { items, next: last?.createdAt ?? null };
}
