import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';

type Asked = {
  batchId: string;
  personId: string;
  leaseId: string;
  tell: (caseId: string) => void;
  fail: (error: unknown) => void;
};

/**
 * The case behind a lease, which the API tells nobody: the simulation must know what its people see. Who asks while a statement is under
 * way is answered by the next one together with all others, so that knowing costs the run as little as can be.
 */
export class LeaseCases {
  readonly #db: Database;
  #waiting: Asked[] = [];
  #isAsking = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The id of the case, or an empty text when the lease is none any more. */
  caseOf(lease: Pick<Asked, 'batchId' | 'personId' | 'leaseId'>): Promise<string> {
    return new Promise((tell, fail) => {
      this.#waiting.push({ ...lease, tell, fail });
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        const found = await this.#find(asked);
        for (const one of asked) one.tell(found.get(one.leaseId) ?? '');
      } catch (error) {
        for (const one of asked) one.fail(error);
      }
    }
    this.#isAsking = false;
  }

  async #find(asked: readonly Asked[]): Promise<Map<string, string>> {
    const rows = await this.#db.execute<{ leaseId: string; caseId: string }>(sql`
      select a.lease_id as "leaseId", (select t.case_id from readers h
        join slots s on s.batch_id = h.batch_id and s.annotator_id = h.annotator_id and s.task_id = any (h.held)
        join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
        where h.batch_id = a.batch_id and h.annotator_id = a.person_id and s.lease_id = a.lease_id and s.status = 'leased'
        limit 1) as "caseId"
      from unnest(${sql.param(asked.map((one) => one.batchId))}::uuid[], ${sql.param(asked.map((one) => one.personId))}::uuid[],
        ${sql.param(asked.map((one) => one.leaseId))}::uuid[]) as a (batch_id, person_id, lease_id)`);
    return new Map([...rows].map((row) => [row.leaseId, row.caseId]));
  }
}
