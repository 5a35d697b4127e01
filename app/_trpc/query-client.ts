import { defaultShouldDehydrateQuery, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import superjson from 'superjson';
import type { ErrorDetail } from '#server/core/errors.ts';

/** What tRPC's errors carry to a page (server/routers/trpc.ts). */
export type CallErrorData = {
  code: string;
  reason: string;
  details: readonly ErrorDetail[];
  requestId?: string;
};

/** The `data` of a failed call, or null when the call never reached the server. */
export function callErrorData(error: unknown): CallErrorData | null {
  const data = (error as { data?: CallErrorData } | null)?.data;
  return data !== undefined && data !== null && typeof data.code === 'string' ? data : null;
}

/**
 * One cache per browser tab or per server request. Calls that cannot succeed on a second try (refused, not
 * found, wrong input) are not tried again. `onSignedOut` is told when the session is over.
 */
export function createQueryClient(onSignedOut?: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (callErrorData(error)?.code === 'UNAUTHORIZED') onSignedOut?.();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Without a connection a call fails at once and says so; by default it would wait unseen and be made later.
      mutations: { networkMode: 'always' },
      queries: {
        staleTime: 15_000,
        // A connection that comes and goes would ask by itself in the person's name, and keep their session from ending (R28).
        refetchOnReconnect: false,
        retry: (count, error) => {
          const code = callErrorData(error)?.code;
          return count < 2 && (code === undefined || code === 'SERVICE_UNAVAILABLE');
        },
      },
      dehydrate: {
        serializeData: superjson.serialize,
        shouldDehydrateQuery: (query) =>
          defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  });
}
