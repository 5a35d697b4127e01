import type { z } from 'zod';
import type { CommandContext } from '#server/command/context.ts';

/** A kind of background work. Runs at least once: `run` must be safe to repeat. */
export type JobDefinition<Payload = unknown> = {
  /** `<domain>.<verb-noun>`, the name given to `tx.enqueue`. */
  name: string;
  payload: z.ZodType<Payload>;
  run(ctx: CommandContext, payload: Payload): Promise<void>;
  /** Standing order: run every so many seconds with this payload (one process at a time). */
  every?: { seconds: number; payload: Payload };
};

/** Types a definition. */
export function defineJob<Payload>(job: JobDefinition<Payload>): JobDefinition {
  return job as JobDefinition;
}
