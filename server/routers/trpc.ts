import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError } from 'zod';
import '#server/core/zod-words.ts';
import type { UserActor } from '#server/command/actor.ts';
import type { Capability } from '#server/command/capabilities.ts';
import {
  type CommandContext,
  type OrgContext,
  requireUser,
  type UserContext,
} from '#server/command/context.ts';
import { AppError, type ErrorKind } from '#server/core/errors.ts';
import { toAppError } from './to-app-error.ts';

/** What the adapter gives each request. */
export type RequestContext = {
  command: CommandContext;
  /** Who has left an idle session behind; for `heldProcedure` alone. */
  findIdleActor?: () => Promise<UserActor | null>;
};

/** How each kind of error travels; exhaustive, so a new kind does not compile until it is mapped. */
const TRANSPORT: Record<ErrorKind, TRPCError['code']> = {
  invalid: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  precondition: 'PRECONDITION_FAILED',
  limit: 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
  bug: 'INTERNAL_SERVER_ERROR',
};

const t = initTRPC
  .context<RequestContext>()
  .meta<{ can: Capability }>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error, ctx }) => {
      const cause = error.cause;
      const app = cause instanceof AppError ? cause : null;
      const zod = cause instanceof ZodError ? cause : null;
      return {
        ...shape,
        message: app?.message ?? (zod ? 'Some fields are not right. See the details.' : shape.message),
        data: {
          code: shape.data.code,
          httpStatus: shape.data.httpStatus,
          ...(shape.data.path === undefined ? {} : { path: shape.data.path }),
          ...(ctx === undefined ? {} : { requestId: ctx.command.requestId }),
          reason: app?.reason ?? (zod ? 'input_invalid' : 'unexpected'),
          details:
            app?.details ??
            zod?.issues.map((issue) => ({
              code: issue.code,
              message: issue.message,
              path: issue.path.join('.'),
            })) ??
            [],
        },
      };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Turns what a command threw into its transport code; anything unknown is a bug whose text stays inside. */
const translateErrors = t.middleware(async ({ next, getRawInput }) => {
  await getRawInput().catch((cause: unknown) => {
    throw transported(malformedInput(cause));
  });
  const result = await next();
  if (result.ok || result.error.cause instanceof ZodError) return result;
  const app = toAppError(result.error.cause ?? result.error);
  if (app === null) return result;
  throw transported(app);
});

function transported(app: AppError): TRPCError {
  return new TRPCError({ code: TRANSPORT[app.kind], message: app.message, cause: app });
}

/** The parser's own words would repeat a part of the input. */
function malformedInput(cause: unknown): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'input_malformed',
    message:
      'The input is not well-formed. Send it as JSON in the way of superjson, for example {"json":{}}.',
    cause,
  });
}

/** Anyone may call it; nothing of an organisation may come out. */
export function publicProcedure() {
  return t.procedure.meta({ can: 'public' }).use(translateErrors);
}

/** What an unconfirmed address keeps from: putting one's name to something, offering, and taking work. */
const NEEDS_CONFIRMED_ADDRESS: ReadonlySet<Capability> = new Set([
  'agreement.sign',
  'protocol.sign_clinical',
  'protocol.sign_ml',
  'pilot.sign',
  'contract.award',
  'bid.write',
  'task.claim',
  'task.review',
  'task.adjudicate',
]);

function addressUnconfirmed(): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'address_unconfirmed',
    message:
      'Confirm your e-mail address first: open the link in the mail you got at sign-up, or have it sent again from your account page.',
  });
}

/**
 * A procedure for signed-in people who hold `can` in their active organisation. The capability is a required
 * argument: there is no way to write a procedure without deciding who may call it. Binding acts also need a
 * confirmed address.
 */
export function procedure({ can }: { can: Exclude<Capability, 'public' | 'self'> }) {
  return t.procedure
    .meta({ can })
    .use(translateErrors)
    .use(({ ctx, next, type }) => next({ ctx: { command: admitted(ctx.command, can, type) } }));
}

/**
 * As `procedure`, and admits an idle session too (R28: a lease is never lost to a still mouse alone). Why that is safe: the session
 * still has to be its holder's, not revoked, not at its end, of an active account and membership with `can`; the call has to say that
 * the page makes it by itself; the session is not touched, so it stays idle and every other call, in the same batch too, finds nobody;
 * `isIdle` tells the procedure, which gives out nothing but the end of leases and takes no time or work from it. What stops
 * the heartbeat is what stops it of a person who is at work: 8 hours since the claim, a pause, a closed gate, the end of a credential.
 */
export function heldProcedure({ can }: { can: 'task.claim' }) {
  return t.procedure
    .meta({ can })
    .use(translateErrors)
    .use(async ({ ctx, next, type }) => {
      const idle = ctx.command.actor.kind === 'anonymous' ? ((await ctx.findIdleActor?.()) ?? null) : null;
      const command = idle === null ? ctx.command : { ...ctx.command, actor: idle };
      return next({ ctx: { command: admitted(command, can, type), isIdle: idle !== null } });
    });
}

/** A signed-in person with `can` in the organisation that they act for; binding acts need a confirmed address. */
function admitted(given: CommandContext, can: Capability, type: string): OrgContext {
  const command = requireUser(given);
  if (!command.actor.capabilities.has(can) || command.actor.orgId === null) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'capability_missing',
      message: 'Your role does not allow this.',
    });
  }
  const isBound = type === 'mutation' && NEEDS_CONFIRMED_ADDRESS.has(can);
  if (isBound && !command.actor.isAddressConfirmed) throw addressUnconfirmed();
  return command as OrgContext;
}

/** A procedure for any signed-in person, about themselves only. */
export function selfProcedure() {
  return t.procedure
    .meta({ can: 'self' })
    .use(translateErrors)
    .use(({ ctx, next }) => next({ ctx: { command: requireUser(ctx.command) satisfies UserContext } }));
}
