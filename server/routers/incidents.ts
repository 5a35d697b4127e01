import { z } from 'zod';
import { assessIncident, closeRegistered, sendLetter } from '#server/incidents/handle-incident.ts';
import { listConcerned, queryAccess } from '#server/incidents/query-access.ts';
import { readRegister, readRegisteredFlags, readReported } from '#server/incidents/read-register.ts';
import { registerIncident } from '#server/incidents/register-incident.ts';
import * as schema from '#server/incidents/schemas.ts';
import { procedure, router } from './trpc.ts';

/** The register of what may be a breach of protected data. */
export const incidentsRouter = router({
  register: procedure({ can: 'operator.health' })
    .input(schema.registerIncidentInput)
    .output(schema.registeredIncident)
    .mutation(({ ctx, input }) => registerIncident(ctx.command, input)),
  list: procedure({ can: 'operator.health' })
    .input(schema.registerInput)
    .output(schema.registerView)
    .query(({ ctx, input }) => readRegister(ctx.command, input)),
  reported: procedure({ can: 'operator.health' })
    .input(schema.reportedInput)
    .output(schema.reportedView)
    .query(({ ctx, input }) => readReported(ctx.command, input)),
  registeredFlags: procedure({ can: 'operator.health' })
    .input(schema.flagIdsInput)
    .output(schema.flagIdsView)
    .query(({ ctx, input }) => readRegisteredFlags(ctx.command, input)),
  concerned: procedure({ can: 'operator.health' })
    .input(schema.concernedInput)
    .output(schema.concernedDatasets)
    .query(({ ctx, input }) => listConcerned(ctx.command, input)),
  queryAccess: procedure({ can: 'operator.health' })
    .input(schema.accessQueryInput)
    .output(schema.accessQueryView)
    .mutation(({ ctx, input }) => queryAccess(ctx.command, input)),
  assess: procedure({ can: 'operator.health' })
    .input(schema.assessIncidentInput)
    .output(z.void())
    .mutation(({ ctx, input }) => assessIncident(ctx.command, input)),
  sendLetter: procedure({ can: 'operator.health' })
    .input(schema.sendLetterInput)
    .output(schema.sentLetter)
    .mutation(({ ctx, input }) => sendLetter(ctx.command, input)),
  close: procedure({ can: 'operator.health' })
    .input(schema.closeRegisteredInput)
    .output(z.void())
    .mutation(({ ctx, input }) => closeRegistered(ctx.command, input)),
});
