import { closeReadBatch } from './close-batch.ts';
import type { Api } from './door.ts';
import { addressOf, type Cast, inParallel, join, type Organisation, type Person } from './people.ts';
import { type Answer, readBatch } from './reading.ts';
import type { PostedProject } from './sponsor-steps.ts';

type Credential = Parameters<Api['credentials']['claim']['mutate']>[0];
type GoldAnswers = Extract<
  Parameters<Api['gold']['resolve']['mutate']>[0],
  { outcome: 'resolved' }
>['answers'];

/** Invites the sponsor's panel; the operator checks each reader's credential at its source (R7). */
export async function appointPanel(
  cast: Cast,
  sponsor: Organisation,
  input: {
    projectId: string;
    members: readonly { name: string; credential: Credential }[];
    concurrency: number;
  },
): Promise<Person[]> {
  const { api } = sponsor.owner;
  return inParallel(input.members, input.concurrency, async ({ name, credential }) => {
    const email = addressOf(cast, name);
    await api.identity.inviteMember.mutate({ email, role: 'panel_reader' });
    const person = await join(cast, { name, email });
    await certify(cast, person, credential);
    await api.gold.addPanelReader.mutate({ projectId: input.projectId, personId: person.personId });
    return person;
  });
}

/** A credential claimed by its holder and verified by the operator. */
export async function certify(cast: Cast, person: Person, credential: Credential): Promise<void> {
  const { id } = await person.api.credentials.claim.mutate(credential);
  await cast.operator.credentials.recordVerification.mutate({
    credentialId: id,
    seenStatus: 'claimed',
    outcome: 'verified',
    primarySource: credential.issuer,
    communicationMethod: 'manual',
  });
}

/**
 * The panel reads cases blind in a self-label batch; what is unanimous is gold, `settle` decides the rest with a rationale or
 * leaves it ambiguous; the clinical lead signs the set (R7).
 */
export async function makePanelGold(input: {
  sponsor: Organisation;
  clinicalLead: Person;
  project: PostedProject;
  panel: readonly Person[];
  caseIds?: string[];
  answer: (person: Person, caseText: string) => Answer;
  settle: (externalId: string) => { answers: GoldAnswers; rationale: string } | null;
  concurrency: number;
  prelabel?: { id: string; model: string; version: string };
  onRead?: () => void;
}): Promise<string> {
  const { project, panel, clinicalLead: lead } = input;
  const { api } = input.sponsor.owner;
  const { batchId } = await api.work.createBatch.mutate({
    projectId: project.projectId,
    datasetId: project.datasetId,
    name: 'Panel',
    kind: 'self_label',
    overlap: panel.length,
    pricePerReadMinor: 0n,
    // A panel reads without help, unless its reads are known to have been made with it (R11).
    assisted: input.prelabel !== undefined,
    ...(input.caseIds === undefined ? {} : { caseIds: input.caseIds }),
  });
  await api.work.openBatch.mutate({ batchId });
  await readBatch({
    batchId,
    people: panel,
    answer: input.answer,
    concurrency: input.concurrency,
    ...(input.prelabel === undefined ? {} : { prelabel: input.prelabel }),
    ...(input.onRead === undefined ? {} : { onRead: input.onRead }),
  });
  await closeReadBatch(api, batchId);
  const { goldSetId } = await api.gold.proposeFromPanel.mutate({ batchId });
  await inParallel(await splitCases(lead, project.projectId), input.concurrency, async (item) => {
    const settled = input.settle(item.externalId);
    await lead.api.gold.resolve.mutate(
      settled === null
        ? {
            outcome: 'ambiguous',
            goldItemId: item.id,
            rationale: 'The panel is divided and no answer is right.',
          }
        : { outcome: 'resolved', goldItemId: item.id, ...settled },
    );
  });
  const set = (await lead.api.gold.get.query({ projectId: project.projectId })).sets.find(
    (candidate) => candidate.id === goldSetId,
  );
  if (!set) throw new Error('The gold set is gone.');
  await lead.api.identity.reauthenticate.mutate({ password: lead.password });
  await lead.api.gold.signSet.mutate({ goldSetId, contentSha256: set.contentSha256, typedName: lead.name });
  return batchId;
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
