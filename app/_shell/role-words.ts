import type { Role } from '#server/command/capabilities.ts';

const WORDS: Record<Role, { name: string; does: string }> = {
  sponsor_owner: {
    name: 'Owner',
    does: 'everything but sign protocols: projects, awards, money, agreements, team',
  },
  project_manager: { name: 'Project manager', does: 'posts projects, compares bids, awards, runs batches' },
  clinical_lead: { name: 'Clinical lead', does: 'signs protocols and gold, adjudicates, reads on the panel' },
  ml_lead: { name: 'ML lead', does: 'signs protocols, uploads datasets, downloads labels' },
  sponsor_finance: { name: 'Finance', does: 'funds projects, sees money' },
  panel_reader: { name: 'Panel reader', does: 'makes gold and adjudicates' },
  vendor_owner: { name: 'Owner', does: 'everything: bids, team, money, agreements' },
  staffing_lead: { name: 'Staffing lead', does: 'bids, invites and staffs readers' },
  qa_lead: { name: 'QA lead', does: 'reviews reads, sees quality' },
  vendor_finance: { name: 'Finance', does: 'sees statements and margins, sets where pay goes' },
  vendor_annotator: { name: 'Annotator', does: 'reads cases' },
  independent_annotator: { name: 'Independent annotator', does: 'reads cases in their own name' },
  operator: { name: 'Operator', does: 'verifies, keeps agreements and money in order, watches health' },
};

/** A role as people call it inside its organisation. */
export function roleName(role: Role): string {
  return WORDS[role].name;
}

/** What a role may do, in a few words. */
export function roleDoes(role: Role): string {
  return WORDS[role].does;
}
