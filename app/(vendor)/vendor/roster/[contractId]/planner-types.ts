import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/routers/_app.ts';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';

export type ContractRoster = inferRouterOutputs<AppRouter>['staffing']['contractRoster'];
export type PlanPerson = PlanView['people'][number];

/** The form's field for a path of the parameters: lists of weeks are one field, a seat is one row. */
export function fieldOf(path: string): string {
  const inner = path.replace(/^parameters\./, '');
  if (inner.startsWith('readsByWeek')) return 'reads';
  const seat = /^seats\.(\d+)/.exec(inner);
  return seat ? `seats.${seat[1]}` : inner;
}
