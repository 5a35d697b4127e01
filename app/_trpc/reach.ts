type ReachInit = Omit<RequestInit, 'signal' | 'body'> & {
  signal?: AbortSignal | null | undefined;
  body?: BodyInit | null | undefined;
};

/** What a page says when a call never reached the server, or something else answered in its place. */
export const NOT_REACHED =
  'Readroom could not be reached. Check your connection and try again; what you wrote is still here.';

/** `fetch` whose failures are in words for people: every page shows a failed call's message as it is. */
export async function reach(input: string | URL | Request, init?: ReachInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init as RequestInit);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new Error(NOT_REACHED, { cause });
  }
  // A proxy or a server that is starting answers with a page; only the app answers with JSON.
  if (!response.headers.get('content-type')?.includes('json')) throw new Error(NOT_REACHED);
  return response;
}
