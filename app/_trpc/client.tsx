'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '#server/routers/_app.ts';
import { createQueryClient } from './query-client.ts';
import { reach } from './reach.ts';
import { announceSignedOut } from './signed-out.ts';

const context = createTRPCContext<AppRouter>();

/** `const trpc = useTRPC(); useQuery(trpc.work.next.queryOptions(input))`. */
export const useTRPC = context.useTRPC;
/** The bare client, for calls outside of queries and mutations. */
export const useTRPCClient = context.useTRPCClient;

const BACKGROUND = { background: true } as const;

/**
 * The one way to ask again and again: `queryOptions(input, byItself(5_000))`. Such calls are marked as the page's own and are no use of the
 * session, or no open page would ever lock (R28, ADR 005); what a person does is marked by nothing. `by-itself.test.ts` looks that nothing
 * asks in another way.
 */
export const byItself = (everyMs: number) =>
  ({ refetchInterval: everyMs, trpc: { context: BACKGROUND } }) as const;

function createClient() {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: '/api/trpc',
        transformer: superjson,
        maxItems: 10,
        maxURLLength: 2_000,
        fetch: reach,
        // A batch with one call that a person made counts as use of the session.
        headers: ({ opList }): Record<string, string> =>
          opList.every((op) => op.context.background === true) ? { 'x-readroom-background': '1' } : {},
      }),
    ],
  });
}

/** Gives client components below it the procedures; each role's layout and the sign-in pages mount one. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() => createQueryClient(announceSignedOut));
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}
