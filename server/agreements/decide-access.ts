import type { Queryable } from '#db/client.ts';
import { type Decision, refuse } from '#server/command/decision.ts';
import type { GatePurpose } from './gate-facts.ts';
import { loadGateFacts } from './gate-queries.ts';
import { decideChain } from './gate-rules.ts';
import { decideGate } from './rules.ts';

export type AccessQuestion = {
  personId: string;
  /** The organisation the person reads through: vendor, own organisation of an independent, or the sponsor. */
  viaOrgId: string;
  datasetId: string;
  purpose: GatePurpose;
  now: Date;
  country: string | null;
  /** The session at the door: a code of the second factor counts if it was given in it. */
  sessionId?: string | undefined;
};

/**
 * The gate (R18) for a person on a dataset: allowed with its basis, or refused with every failing hop in words. Reads
 * one consistent moment; decides nothing by itself about leases or credentials. Every door to an asset asks it.
 */
export async function decideAccess(q: Queryable, question: AccessQuestion): Promise<Decision> {
  const facts = await loadGateFacts(q, {
    personId: question.personId,
    viaOrgId: question.viaOrgId,
    of: { datasetId: question.datasetId },
    purpose: question.purpose,
    today: question.now.toISOString().slice(0, 10),
    country: question.country,
    sessionId: question.sessionId,
  });
  if (facts === null) {
    return refuse({ code: 'gate.unknown', message: 'There is no such data set or organisation.' });
  }
  return decideGate(facts);
}

/** The part of the gate that agreements decide, for an organisation on a data set or project (whoever the person is). */
export async function decideOrgAccess(
  q: Queryable,
  question: { viaOrgId: string; of: { datasetId: string } | { projectId: string }; now: Date },
): Promise<Decision> {
  const facts = await loadGateFacts(q, {
    personId: null,
    viaOrgId: question.viaOrgId,
    of: question.of,
    purpose: 'read',
    today: question.now.toISOString().slice(0, 10),
    country: null,
  });
  if (facts === null) {
    return refuse({ code: 'gate.unknown', message: 'There is no such data set or organisation.' });
  }
  return decideChain(facts);
}
