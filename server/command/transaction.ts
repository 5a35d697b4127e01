import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { postgresFault } from '#db/errors.ts';
import { auditEvents } from '#db/schema/audit.ts';
import { newId } from '#server/core/ids.ts';
import type { CommandContext } from './context.ts';

export type AuditEvent = {
  /** `<domain>.<past-tense verb>`. */
  action: string;
  subject: { kind: string; id: string | null };
  /** Ids, states, hashes, counts. Never PHI, never names or addresses. */
  detail?: Record<string, unknown>;
};

export type JobRequest = {
  /** Name of the job as registered in server/jobs/registry.ts. */
  name: string;
  payload: Record<string, unknown>;
  /** Jobs with the same key replace each other while they wait. */
  key?: string;
  runAt?: Date;
};

/** An open transaction of one command: what it writes, its audit event and its jobs commit together. */
export type CommandTx = {
  db: Tx;
  /** The one instant of this command. */
  now: Date;
  audit(event: AuditEvent): Promise<void>;
  enqueue(job: JobRequest): Promise<void>;
};

const RETRIED = new Set(['40001', '40P01']);

/** Runs `body` in one transaction; deadlocks and serialisation failures are tried again, at most twice. */
export async function transact<T>(ctx: CommandContext, body: (tx: CommandTx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.db.transaction((db) => body(openCommandTx(ctx, db)));
    } catch (error) {
      const fault = postgresFault(error);
      if (attempt < 3 && fault && RETRIED.has(fault.code)) continue;
      throw error;
    }
  }
}

function openCommandTx(ctx: CommandContext, db: Tx): CommandTx {
  const now = ctx.clock.now();
  return {
    db,
    now,
    audit: async (event) => {
      const { actor } = ctx;
      await db.insert(auditEvents).values({
        id: newId(),
        at: now,
        action: event.action,
        actorKind: actor.kind,
        personId: actor.kind === 'user' ? actor.personId : null,
        orgId: actor.kind === 'user' ? actor.orgId : null,
        systemName: actor.kind === 'system' ? actor.name : null,
        sessionId: actor.kind === 'user' ? actor.sessionId : null,
        requestId: ctx.requestId,
        subjectKind: event.subject.kind,
        subjectId: event.subject.id,
        detail: event.detail ?? {},
      });
    },
    enqueue: async (job) => {
      await db.execute(sql`select graphile_worker.add_job(
        ${job.name}, payload := ${JSON.stringify(job.payload)}::json, job_key := ${job.key ?? null},
        run_at := ${job.runAt?.toISOString() ?? null}::timestamptz)`);
    },
  };
}
