import { health } from '#server/health/schemas.ts';
import { viewHealth } from '#server/health/view-health.ts';
import { ledgerFinding, runLedgerCheck } from '#server/ledger/run-check.ts';
import { procedure, router } from './trpc.ts';

/** How the installation is doing. */
export const healthRouter = router({
  view: procedure({ can: 'operator.health' })
    .output(health)
    .query(({ ctx }) => viewHealth(ctx.command)),
  checkLedger: procedure({ can: 'operator.health' })
    .output(ledgerFinding)
    .mutation(({ ctx }) => runLedgerCheck(ctx.command)),
});
