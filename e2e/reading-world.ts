import { appointPanel } from '#db/seed/steps/panel-steps.ts';
import { type Cast, foundOrganisation, type Organisation, type Person } from '#db/seed/steps/people.ts';
import {
  appointLeads,
  fundByCard,
  type Leads,
  type PostedProject,
  postProject,
  signAgreement,
  signProtocol,
} from '#db/seed/steps/sponsor-steps.ts';
import { staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { callOf, casesOf, offerOf, pathologist, projectOf, protocolOf } from '#server/cli/replay/study.ts';
import { demoLogin } from './people.ts';

/** A small production run of its own: who reads, reviews and decides it, and who looks on. */
export type ReadingWorld = {
  cast: Cast;
  sponsor: Organisation;
  vendor: Organisation;
  leads: Leads;
  annotators: readonly [Person, Person];
  reviewer: Person;
  panel: readonly Person[];
  project: PostedProject;
  /** Makes and opens a batch of the first cases; every task reviewed unless told otherwise. */
  openBatch(input: {
    name: string;
    cases: number;
    overlap: number;
    reviewed?: boolean;
    leaseSeconds?: number;
    /** Shares at which it stops until the clinical lead has signed, in basis points. */
    checkpoints?: number[];
    /** Every final label is looked at by an auditor. */
    audited?: boolean;
  }): Promise<string>;
  /** Somebody of another organisation who could audit, and reads nothing here. */
  bringAuditor(): Promise<Person>;
};

const LEVELS = ['0', '1', '2'];

/** Sets up, over HTTP as the people it is about, a project on public data that can go into production. */
export async function makeReadingWorld(
  url: string,
  cases: number,
  vendorCountry = 'US',
): Promise<ReadingWorld> {
  const run = Date.now().toString(36);
  const operator = demoLogin('operator');
  const door = openHttpDoor(url);
  const cast: Cast = {
    door,
    operator: await door.signIn(operator),
    mailDomain: `${run}.example.org`,
    password: 'a world of reading',
  };
  const today = new Date().toISOString().slice(0, 10);
  const party = async (kind: 'sponsor' | 'vendor', legalName: string, country: string, at: string = kind) => {
    const organisation = await foundOrganisation(cast, {
      kind,
      legalName: `${legalName} ${run}`,
      ownerName: `${legalName} Owner`,
      registerNumber: `E2E-${at}-${run}`,
      domain: `${at}-${run}.example.org`,
      country,
    });
    await signAgreement(cast, organisation, {
      kind: 'services',
      effectiveFrom: today,
      operatorPassword: operator.password,
    });
    return organisation;
  };
  const sponsor = await party('sponsor', 'Reading Sponsor', 'US');
  const vendor = await party('vendor', 'Reading Vendor', vendorCountry);
  const ids = Array.from({ length: cases }, (_, index) => String(index + 1));
  const reads = { tasks: ids, workers: ['a', 'b'], levels: LEVELS, answers: new Map(), reads: cases * 2 };
  const project = await postProject(sponsor, {
    project: projectOf(`reading ${run}`, reads, 2, false),
    dataset: casesOf(ids),
  });
  const leads = await appointLeads(cast, sponsor, {
    clinicalLead: 'Reading Clinical',
    mlLead: 'Reading Model',
  });
  await signProtocol(sponsor, leads, project.projectId, protocolOf(LEVELS));
  await fundByCard(sponsor, { projectId: project.projectId, amountMinor: 100_000n });
  const credential = (n: number) => pathologist(`${run}-${n}`);
  const panel = await appointPanel(cast, sponsor, {
    projectId: project.projectId,
    members: ['Reading Panel'].map((name) => ({ name, credential: credential(9) })),
    concurrency: 1,
  });
  const [anna, bert, rita] = await staffVendor(
    cast,
    vendor,
    ['Reading Anna', 'Reading Bert', 'Reading Rita'].map((name, n) => ({ name, credential: credential(n) })),
    1,
  );
  if (!anna || !bert || !rita) throw new Error('Somebody is missing.');
  const { callId } = await sponsor.owner.api.bids.openCall.mutate({
    ...callOf(cases, 2, false),
    projectId: project.projectId,
  });
  const seat = (person: Person, role: 'annotator' | 'reviewer') => ({
    personId: person.personId,
    role,
    hoursPerWeek: 10,
  });
  const { bidId } = await vendor.owner.api.bids.submit.mutate({
    ...offerOf(),
    callId,
    seats: [seat(anna, 'annotator'), seat(bert, 'annotator'), seat(rita, 'reviewer')],
  });
  await sponsor.owner.api.bids.shortlist.mutate({ bidId });
  await sponsor.owner.api.bids.orderPilot.mutate({ bidId, datasetId: project.datasetId });
  const caseIds = (
    await sponsor.owner.api.datasets.cases.query({ datasetId: project.datasetId, limit: cases })
  ).items.map((item) => item.id);

  return {
    cast,
    sponsor,
    vendor,
    leads,
    annotators: [anna, bert],
    reviewer: rita,
    panel,
    project,
    async bringAuditor() {
      const other = await party('vendor', 'Auditing House', 'US', 'auditor');
      const person = { name: 'Reading Auditor', credential: credential(7) };
      const [auditor] = await staffVendor(
        cast,
        other,
        [person.name].map((name) => ({ ...person, name })),
        1,
      );
      if (!auditor) throw new Error('Nobody audits.');
      return auditor;
    },
    async openBatch(input) {
      const { batchId } = await sponsor.owner.api.work.createBatch.mutate({
        projectId: project.projectId,
        datasetId: project.datasetId,
        vendorOrgId: vendor.orgId,
        name: input.name,
        kind: 'production',
        caseIds: caseIds.slice(0, input.cases),
        overlap: input.overlap,
        goldMode: 'none',
        reviewShareBasisPoints: input.reviewed === false ? 0 : 10_000,
        isAdjudicated: input.reviewed === false,
        pricePerReadMinor: 150n,
        ...(input.leaseSeconds === undefined ? {} : { leaseSeconds: input.leaseSeconds }),
        ...(input.checkpoints === undefined ? {} : { checkpointBasisPoints: input.checkpoints }),
        ...(input.audited ? { audit: { maxErrorRate: 0.05, confidence: 0.95, expectedErrorRate: 0 } } : {}),
      });
      await sponsor.owner.api.work.openBatch.mutate({ batchId });
      return batchId;
    },
  };
}
