import { addressOf, type Cast, inParallel, join, type Organisation, type Person } from './people.ts';
import type { PublishedReads } from './read-labels.ts';
import { type ReadingPerson, readBatch } from './reading.ts';
import { GRADE_FIELD, type PostedProject } from './sponsor-steps.ts';

/**
 * The sponsor's panel reads every case blind in a self-label batch; what is unanimous is gold, the rest is resolved to the
 * panel's plurality with that rationale, ties stay ambiguous; the clinical lead signs the set (R7).
 */
export async function makePanelGold(
  cast: Cast,
  input: {
    sponsor: Organisation;
    clinicalLead: Person;
    project: PostedProject;
    workers: readonly string[];
    reads: PublishedReads;
    concurrency: number;
    assisted: boolean;
    onRead: () => void;
  },
): Promise<{ batchId: string; readers: ReadingPerson[] }> {
  const { sponsor, project } = input;
  const { api } = sponsor.owner;
  const readers = await inParallel(
    input.workers,
    input.concurrency,
    async (worker): Promise<ReadingPerson> => {
      const email = addressOf(cast, `panel-${worker}`);
      await api.identity.inviteMember.mutate({ email, role: 'panel_reader' });
      const person = await join(cast, { name: `Panel reader ${worker}`, email });
      await certify(cast, person, worker);
      await api.gold.addPanelReader.mutate({ projectId: project.projectId, personId: person.personId });
      return { ...person, worker };
    },
  );
  const { batchId } = await api.work.createBatch.mutate({
    projectId: project.projectId,
    datasetId: project.datasetId,
    name: 'Panel',
    kind: 'self_label',
    overlap: readers.length,
    pricePerReadMinor: 0n,
  });
  await api.work.openBatch.mutate({ batchId });
  await readBatch({
    batchId,
    people: readers,
    answers: input.reads.answers,
    concurrency: input.concurrency,
    assisted: input.assisted,
    onRead: input.onRead,
  });
  await api.work.closeBatch.mutate({ batchId, reason: 'Every case has been read.' });
  await settleGold(input.clinicalLead, project, input, batchId);
  return { batchId, readers };
}

/** A panel reader's credential, checked by the operator at its source (R7: credentialed readers). */
async function certify(cast: Cast, person: Person, worker: string): Promise<void> {
  const { id } = await person.api.credentials.claim.mutate({
    kind: 'board_certification',
    title: 'Board-certified pathologist',
    issuer: 'As stated in the published study',
    identifier: `${cast.run}-panel-${worker}`,
    specialty: 'Pathology',
    jurisdiction: 'US',
    issuedOn: '2015-01-01',
  });
  await cast.operator.credentials.recordVerification.mutate({
    credentialId: id,
    seenStatus: 'claimed',
    outcome: 'verified',
    primarySource: 'The published study',
    communicationMethod: 'manual',
  });
}

async function settleGold(
  lead: Person,
  project: PostedProject,
  input: { workers: readonly string[]; reads: PublishedReads; concurrency: number; sponsor: Organisation },
  batchId: string,
): Promise<void> {
  const { goldSetId } = await input.sponsor.owner.api.gold.proposeFromPanel.mutate({ batchId });
  const open = await splitCases(lead, project.projectId);
  await inParallel(open, input.concurrency, async (item) => {
    const winner = plurality(input, item.externalId);
    await lead.api.gold.resolve.mutate(
      winner === null
        ? { outcome: 'ambiguous', goldItemId: item.id, rationale: 'The panel is tied; no answer is right.' }
        : {
            outcome: 'resolved',
            goldItemId: item.id,
            answers: { [GRADE_FIELD]: [winner] },
            rationale: 'Plurality of the panel’s blind reads.',
          },
    );
  });
  const { sets } = await lead.api.gold.get.query({ projectId: project.projectId });
  const set = sets.find((candidate) => candidate.id === goldSetId);
  if (!set) throw new Error('The gold set is gone.');
  await lead.api.identity.reauthenticate.mutate({ password: lead.password });
  await lead.api.gold.signSet.mutate({ goldSetId, contentSha256: set.contentSha256, typedName: lead.name });
}

async function splitCases(lead: Person, projectId: string): Promise<{ id: string; externalId: string }[]> {
  const items: { id: string; externalId: string }[] = [];
  for (let after: string | undefined; ; ) {
    const page = await lead.api.gold.items.query({
      projectId,
      status: 'proposed',
      limit: 200,
      ...(after === undefined ? {} : { after }),
    });
    items.push(
      ...page.items
        .filter((item) => item.unanimous === 'unresolved')
        .map(({ id, externalId }) => ({ id, externalId })),
    );
    if (page.next === null) return items;
    after = page.next;
  }
}

/** The answer most of the panel gave for a case; null when two answers share the most. */
function plurality(
  input: { workers: readonly string[]; reads: PublishedReads },
  task: string,
): string | null {
  const votes = new Map<string, number>();
  for (const worker of input.workers) {
    const label = input.reads.answers.get(worker)?.get(task);
    if (label !== undefined) votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  return ranked[0] === undefined || ranked[0][1] === ranked[1]?.[1] ? null : ranked[0][0];
}
