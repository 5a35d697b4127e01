import { z } from 'zod';
import { addPanelReader, removePanelReader, viewPanel } from '#server/gold/panel.ts';
import { proposeGoldFromPanel } from '#server/gold/propose-gold-from-panel.ts';
import { resolveGoldItem } from '#server/gold/resolve-gold-item.ts';
import {
  GOLD_STATUSES,
  goldCaseView,
  goldItemInput,
  goldPage,
  goldView,
  leavePanelInput,
  listGoldInput,
  panelReaderInput,
  panelView,
  proposedGold,
  proposeGoldInput,
  resolveGoldInput,
  signGoldInput,
  withdrawGoldInput,
} from '#server/gold/schemas.ts';
import { signGoldSet } from '#server/gold/sign-gold-set.ts';
import { listGold, viewGold, viewGoldCase } from '#server/gold/view-gold.ts';
import { disputeGoldItem, retireGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { projectIdInput } from '#server/projects/schemas.ts';
import { procedure, router } from './trpc.ts';

const statusOnly = z.object({ status: z.enum(GOLD_STATUSES) });

/** A project's panel and gold. Readers never see any of it (R21). */
export const goldRouter = router({
  get: procedure({ can: 'gold.manage' })
    .input(projectIdInput)
    .output(goldView)
    .query(({ ctx, input }) => viewGold(ctx.command, input)),
  items: procedure({ can: 'gold.manage' })
    .input(listGoldInput)
    .output(goldPage)
    .query(({ ctx, input }) => listGold(ctx.command, input)),
  case: procedure({ can: 'gold.manage' })
    .input(goldItemInput)
    .output(goldCaseView)
    .query(({ ctx, input }) => viewGoldCase(ctx.command, input)),
  panel: procedure({ can: 'gold.manage' })
    .input(projectIdInput)
    .output(panelView)
    .query(({ ctx, input }) => viewPanel(ctx.command, input)),
  addPanelReader: procedure({ can: 'gold.manage' })
    .input(panelReaderInput)
    .output(z.object({ engagementId: z.uuid() }))
    .mutation(({ ctx, input }) => addPanelReader(ctx.command, input)),
  removePanelReader: procedure({ can: 'gold.manage' })
    .input(leavePanelInput)
    .output(z.void())
    .mutation(({ ctx, input }) => removePanelReader(ctx.command, input)),
  proposeFromPanel: procedure({ can: 'gold.manage' })
    .input(proposeGoldInput)
    .output(proposedGold)
    .mutation(({ ctx, input }) => proposeGoldFromPanel(ctx.command, input)),
  resolve: procedure({ can: 'protocol.sign_clinical' })
    .input(resolveGoldInput)
    .output(statusOnly)
    .mutation(({ ctx, input }) => resolveGoldItem(ctx.command, input)),
  dispute: procedure({ can: 'protocol.sign_clinical' })
    .input(withdrawGoldInput)
    .output(statusOnly)
    .mutation(({ ctx, input }) => disputeGoldItem(ctx.command, input)),
  retire: procedure({ can: 'protocol.sign_clinical' })
    .input(withdrawGoldInput)
    .output(statusOnly)
    .mutation(({ ctx, input }) => retireGoldItem(ctx.command, input)),
  signSet: procedure({ can: 'protocol.sign_clinical' })
    .input(signGoldInput)
    .output(z.object({ active: z.number().int() }))
    .mutation(({ ctx, input }) => signGoldSet(ctx.command, input)),
});
