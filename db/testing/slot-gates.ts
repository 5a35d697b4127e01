import { makeCredential } from '#db/seed/factories/credentials.ts';
import type { WorkScene } from '#db/seed/factories/work.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';

/** What the reads of the slot histories ask of their readers, so that it can be missing (R27). */
export const CREDENTIAL_RULE = {
  anyOf: [{ allOf: [{ kind: 'board_certification' as const, minLevel: 'primary_source' as const }] }],
};

/** The gate as people of a batch come to it: to a case that was reported (R24), or to one of them (R27). */
export class Gates {
  private readonly credentialOf = new Map<string, string>();
  private readonly scene: WorkScene;
  private readonly operator: OrgContext;
  private readonly system: () => CommandContext;

  constructor(of: { scene: WorkScene; operator: OrgContext; system: () => CommandContext }) {
    this.scene = of.scene;
    this.operator = of.operator;
    this.system = of.system;
  }

  async report(who: OrgContext, of: { batchId: string; leaseId: string }) {
    return flagCase(who, { ...of, kind: 'phi_seen', note: 'A name is burnt in.' });
  }

  async closeReport(of: { batchId: string; flagId: string }, outcome: 'false_alarm' | 'confirmed') {
    return closeIncident(this.operator, { ...of, outcome, note: 'Looked into.' });
  }

  /** Takes what some people hold in a batch, or everybody of an organisation in a dataset, as whoever finds that an agreement has ended. */
  async take(of: { batchIds?: string[]; personIds?: string[]; viaOrgIds?: string[]; datasetIds?: string[] }) {
    return transact(this.system(), (tx) => revokeLeases(tx, { ...of, reason: 'agreement_ended' }));
  }

  async giveCredential({ actor: { personId } }: OrgContext): Promise<void> {
    const id = await makeCredential(this.scene.db, { personId, clock: this.scene.clock });
    this.credentialOf.set(personId, id);
  }

  async revokeCredential({ actor: { personId } }: OrgContext): Promise<void> {
    await recordVerification(this.operator, {
      credentialId: this.credentialOf.get(personId) ?? '',
      seenStatus: 'verified',
      outcome: 'adverse',
      sourceStanding: 'revoked',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
      note: 'Revoked by the board.',
      effectiveOn: this.scene.clock.now().toISOString().slice(0, 10),
    });
  }

  async engage({ actor: { personId, orgId } }: OrgContext): Promise<void> {
    const of = { projectId: this.scene.project.id, personId, viaOrgId: orgId ?? '' };
    await transact(this.scene.sponsor, (tx) => engagePerson(tx, { ...of, role: 'annotator' }));
  }

  async endEngagement({ actor: { personId } }: OrgContext): Promise<void> {
    const own = await findEngagements(this.scene.db, { projectId: this.scene.project.id, personId });
    await transact(this.scene.sponsor, async (tx) => {
      for (const one of own) await endEngagement(tx, { engagementId: one.id, reason: 'Left.' });
    });
  }
}
