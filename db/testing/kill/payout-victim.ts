import { openDatabase } from '#db/client.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { executeRun } from '#server/payouts/execute-run.ts';
import { createStripeGateway, type StripeGatewayEnv } from '#server/payouts/stripe-gateway.ts';

/** A process that pays a run's payouts until it is killed; told what by one JSON argument. */
type Orders = { url: string; runId: string; stripe: StripeGatewayEnv };

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const { db } = openDatabase(orders.url, { max: 2, name: 'victim' });
const ctx = systemContext({ db, clock: systemClock, name: 'victim', requestId: newId() });
process.send?.('paying');
await executeRun(ctx, createStripeGateway(orders.stripe), { runId: orders.runId });
process.exit(0);
