import { z } from 'zod';
import { projectIdInput } from '#server/projects/schemas.ts';
import { newVersion } from '#server/protocols/new-version.ts';
import { saveDraft } from '#server/protocols/save-draft.ts';
import {
  newVersionInput,
  PROTOCOL_STATUSES,
  protocolVersionId,
  protocolVersionView,
  protocolView,
  saveDraftInput,
  signProtocolInput,
} from '#server/protocols/schemas.ts';
import { reopenDraft, signProtocolVersion } from '#server/protocols/sign-protocol-version.ts';
import { viewProtocol } from '#server/protocols/view-protocol.ts';
import { procedure, router } from './trpc.ts';

const statusOnly = z.object({ status: z.enum(PROTOCOL_STATUSES) });

/** A project's protocol: draft, versions, signatures. */
export const protocolsRouter = router({
  get: procedure({ can: 'project.read' })
    .input(projectIdInput)
    .output(protocolView)
    .query(({ ctx, input }) => viewProtocol(ctx.command, input)),
  saveDraft: procedure({ can: 'project.write' })
    .input(saveDraftInput)
    .output(protocolVersionView)
    .mutation(({ ctx, input }) => saveDraft(ctx.command, input)),
  newVersion: procedure({ can: 'project.write' })
    .input(newVersionInput)
    .output(protocolVersionView)
    .mutation(({ ctx, input }) => newVersion(ctx.command, input)),
  reopen: procedure({ can: 'project.write' })
    .input(protocolVersionId)
    .output(statusOnly)
    .mutation(({ ctx, input }) => reopenDraft(ctx.command, input)),
  /** The command checks that the actor holds the lead role they sign in. */
  sign: procedure({ can: 'project.read' })
    .input(signProtocolInput)
    .output(statusOnly)
    .mutation(({ ctx, input }) => signProtocolVersion(ctx.command, input)),
});
