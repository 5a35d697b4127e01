import { countUnreadBids } from '#server/bids/reads.ts';
import type { Capability } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { countGold } from '#server/gold/reads.ts';
import { listUndecidedPilots } from '#server/pilots/reads.ts';
import { findLatestProtocol } from '#server/protocols/reads.ts';
import { signingRolesOf } from '#server/protocols/signing-rules.ts';
import { listOpenProposalCounts } from '#server/scores/reads.ts';
import {
  countHeldPasses,
  countOpenRecalls,
  deskOf,
  type FlagDesk,
  isAtDesk,
  listOpenAlertCounts,
  listOpenFlagCounts,
} from '#server/work/reads.ts';
import { requirementsToOpenCall, requirementsToStartWork } from './checklist.ts';
import { gatherFacts } from './gather-facts.ts';
import { listProjects } from './reads.ts';
import type { Project } from './schemas.ts';

export type Need = {
  id: string;
  title: string;
  why: string;
  href: string;
  tone: 'attention' | 'information';
};

/** Projects looked at; a sponsor with more has older ones that rarely wait for anybody. */
const LOOKED_AT = 50;

/** What waits for the signed-in person in the sponsor's projects, most pressing first. */
export async function viewNeeds(ctx: OrgContext): Promise<{ projects: number; needs: Need[] }> {
  const projects = await listProjects(ctx.db, ctx.actor.orgId, { limit: LOOKED_AT });
  const live = projects.filter((one) => one.status !== 'archived' && one.status !== 'completed');
  const needs = (await Promise.all(live.map((one) => needsOf(ctx, one)))).flat();
  needs.push(...(await needsOfRunningWork(ctx, live)));
  const pressing = (need: Need) => (need.tone === 'attention' ? 0 : 1);
  return { projects: projects.length, needs: needs.sort((a, b) => pressing(a) - pressing(b)) };
}

async function needsOf(ctx: OrgContext, project: Project): Promise<Need[]> {
  const can = (capability: Capability) => ctx.actor.capabilities.has(capability);
  const base = `/sponsor/projects/${project.id}`;
  const need = (id: string, title: string, why: string, href: string, tone: Need['tone']): Need => ({
    id: `${project.id}.${id}`,
    title,
    why,
    href,
    tone,
  });
  const needs: Need[] = [];
  const protocol = await findLatestProtocol(ctx.db, project.id);
  const isUnsigned = protocol?.status === 'draft' || protocol?.status === 'partially_signed';
  if (protocol && isUnsigned && signingRolesOf(ctx.actor.capabilities).length > 0) {
    const half = protocol.status === 'partially_signed';
    const why = half
      ? 'One lead has signed; the other must sign too.'
      : 'No work can start before both leads have signed.';
    needs.push(
      need(
        'sign',
        `Sign protocol v${protocol.version} of ${project.title}`,
        why,
        `${base}/protocol`,
        half ? 'attention' : 'information',
      ),
    );
  }
  if (can('gold.manage')) {
    const gold = await countGold(ctx.db, project.id);
    if (gold.proposed > 0) {
      const title = `Resolve ${gold.proposed} case${gold.proposed === 1 ? '' : 's'} of ${project.title}`;
      needs.push(need('gold', title, 'Your panel disagreed on them.', `${base}/gold`, 'attention'));
    } else if (gold.agreed > 0) {
      const why = `${gold.agreed} agreed answers come into force when the clinical lead signs.`;
      needs.push(need('gold', `Sign the gold set of ${project.title}`, why, `${base}/gold`, 'attention'));
    }
  }
  if (!can('project.write')) return needs;
  const facts = await gatherFacts(ctx.db, project.id, ctx.clock.now());
  const isDraft = project.status === 'draft';
  const missing = (isDraft ? requirementsToOpenCall(facts) : requirementsToStartWork(facts, 'paid')).filter(
    (one) => !one.done,
  );
  const [first] = missing;
  if (first) {
    const title = isDraft ? `Finish the draft of ${project.title}` : `Make ${project.title} ready for work`;
    const more = missing.length > 1 ? ` And ${missing.length - 1} more.` : '';
    needs.push(need('missing', title, first.message + more, isDraft ? first.href : base, 'information'));
  } else if (isDraft) {
    needs.push(
      need(
        'open',
        `Open the call of ${project.title}`,
        'Everything that a call needs is here.',
        `${base}/bids`,
        'information',
      ),
    );
  }
  return needs;
}

/** What readers said that this person's desk must answer, and edge cases that it must decide on (R24). */
async function needsOfDesks(ctx: OrgContext, projectIds: readonly string[], now: Date) {
  const sits = (desk: FlagDesk) => isAtDesk(ctx.actor.capabilities, desk);
  const isLead = sits('clinical_lead');
  if (!isLead && !sits('data')) return [];
  const flags = await listOpenFlagCounts(ctx.db, { projectIds, now });
  const edges = isLead ? await listOpenAlertCounts(ctx.db, { projectIds, now }) : [];
  const ofDesk = (desk: FlagDesk) => {
    if (!sits(desk)) return [];
    const own = Map.groupBy(
      flags.filter((one) => deskOf(one.kind) === desk),
      (one) => one.projectId,
    );
    return [...own].map(([projectId, rows]) => ({
      projectId,
      n: rows.reduce((sum, row) => sum + row.n, 0),
      overdue: rows.reduce((sum, row) => sum + row.overdue, 0),
    }));
  };
  return [
    ...ofDesk('clinical_lead').map((one) => ({
      ...one,
      id: 'questions',
      what: one.n === 1 ? 'Answer a reader’s question' : `Answer ${one.n} questions of readers`,
      why: 'They go on with other cases until you have answered.',
    })),
    ...edges.map((one) => ({
      ...one,
      id: 'edge-cases',
      what: one.n === 1 ? 'Decide on an edge case' : `Decide on ${one.n} edge cases`,
      why: 'Many readers asked about the same case.',
    })),
    ...ofDesk('data').map((one) => ({
      ...one,
      id: 'technical',
      what:
        one.n === 1 ? 'Look into a technical problem' : `Look into ${one.n} technical problems of the cases`,
      why: 'Readers could not use what they were shown.',
    })),
  ];
}

/** What bidders, pilots and readers wait for; each is asked once for all projects. */
async function needsOfRunningWork(ctx: OrgContext, live: readonly Project[]): Promise<Need[]> {
  const can = (capability: Capability) => ctx.actor.capabilities.has(capability);
  const titles = new Map(live.map((one) => [one.id, one.title]));
  const projectIds = [...titles.keys()];
  const needs: Need[] = [];
  const add = (id: string, projectId: string, page: string, what: string, why: string) =>
    needs.push({
      id: `${projectId}.${id}`,
      title: `${what} of ${titles.get(projectId) ?? 'a project'}`,
      why,
      href: `/sponsor/projects/${projectId}/${page}`,
      tone: 'attention',
    });
  const now = ctx.clock.now();
  const late = (n: number, overdue: number) =>
    overdue === 0
      ? ''
      : ` ${overdue === n ? (n === 1 ? 'It is' : 'They are') : `${overdue} of them ${overdue === 1 ? 'is' : 'are'}`} overdue (R24).`;
  const lateDecision = (n: number, overdue: number) =>
    `${overdue === n ? (n === 1 ? 'It is' : 'They are') : `${overdue} of them ${overdue === 1 ? 'is' : 'are'}`} overdue: a person decides within a business day (R26).`;
  for (const one of await needsOfDesks(ctx, projectIds, now))
    add(one.id, one.projectId, 'questions', one.what, one.why + late(one.n, one.overdue));
  if (can('quality.decide')) {
    const waiting = await listOpenProposalCounts(ctx.db, projectIds, ctx.clock.now());
    for (const { projectId, n, overdue } of waiting) {
      const what = n === 1 ? 'Decide on a quality proposal' : `Decide on ${n} quality proposals`;
      const why =
        overdue > 0
          ? lateDecision(n, overdue)
          : 'A person decides within a business day; until then nobody is paused (R26).';
      add('quality', projectId, 'quality/inbox', what, why);
    }
    for (const { projectId, n, overdue } of await countHeldPasses(ctx.db, { projectIds, now })) {
      const what = n === 1 ? 'Decide on a pass of an exam' : `Decide on ${n} passes of exams`;
      const why =
        'A known answer was wrong, and without it they would not be passed (R7). Until you decide they hold.';
      const pressing = overdue > 0 ? ` ${lateDecision(n, overdue)}` : '';
      add('passes', projectId, 'quality/inbox#passes', what, why + pressing);
    }
    for (const { projectId, n } of await countOpenRecalls(ctx.db, {
      projectIds,
      personId: ctx.actor.personId,
    })) {
      const what = n === 1 ? 'Decide on labels of a reader' : `Decide on ${n} lists of labels`;
      const why = 'A credential did not hold when they were made. They count until you decide (R27).';
      add('recalls', projectId, 'quality/recalls', what, why);
    }
  }
  if (can('pilot.sign')) {
    const pilots = await listUndecidedPilots(ctx.db, { projectIds, now: ctx.clock.now() });
    for (const { pilotId, projectId, vendor, isScored } of pilots) {
      const why = isScored
        ? `The scorecard of ${vendor} is ready to be signed.`
        : `${vendor} has read it; compute its scorecard.`;
      add(`pilot.${pilotId}`, projectId, `pilots/${pilotId}`, 'Decide the pilot', why);
    }
  }
  if (can('bid.compare')) {
    for (const [projectId, n] of await countUnreadBids(ctx.db, { projectIds, now: ctx.clock.now() })) {
      const what = n === 1 ? 'Look at a bid' : `Look at ${n} bids`;
      add('bids', projectId, 'bids', what, 'Shortlist them, or decline with a reason.');
    }
  }
  return needs;
}
