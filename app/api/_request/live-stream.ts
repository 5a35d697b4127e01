import type { LiveFrame, LiveSubscriber, LiveTail } from '#server/analytics/live-tail.ts';

/** Comments that keep proxies from closing a quiet connection, and show the client that it lives. */
const HEARTBEAT_MS = 15_000;
/** A client that takes nothing for so long is gone. */
const STUCK_MS = 120_000;
/** When a browser tries again after a break. */
const RETRY_MS = 3_000;

type Watch = Pick<LiveSubscriber, 'batchId' | 'viewer' | 'sessionId' | 'mayStay'>;

/**
 * A subscription as a body of server-sent events: `id` is the version of the state, so a client that comes back with its last
 * event id gets nothing it has. A client slower than the changes gets the newest state only; nothing piles up. Ends with the
 * event `end` when the person may not watch any more.
 */
export function liveStream(
  tail: LiveTail,
  watch: Watch,
  lastEventId: string | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let pending: string | null = `retry: ${RETRY_MS}\n\n`;
  let isEnded = false;
  let wake: () => void = () => {};
  let takenAt = performance.now();
  let unsubscribe: () => void = () => {};
  let heartbeat: NodeJS.Timeout | undefined;

  const put = (text: string) => {
    pending = text;
    wake();
  };
  const finish = () => {
    clearInterval(heartbeat);
    unsubscribe();
    isEnded = true;
    wake();
  };
  const subscriber: LiveSubscriber = {
    ...watch,
    send: (frame) => put(textOf(frame)),
    end: () => {
      pending = 'event: end\ndata: {"reason":"session_over"}\n\n';
      finish();
    },
  };
  unsubscribe = tail.subscribe(subscriber, lastEventId);
  return new ReadableStream<Uint8Array>(
    {
      start() {
        heartbeat = setInterval(() => {
          if (performance.now() - takenAt > STUCK_MS) finish();
          else if (pending === null) put(': here\n\n');
        }, HEARTBEAT_MS);
      },
      async pull(controller) {
        takenAt = performance.now();
        if (pending === null && !isEnded)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        takenAt = performance.now();
        if (pending !== null) controller.enqueue(encoder.encode(pending));
        pending = null;
        if (isEnded) controller.close();
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

const textOf = ({ version, at, view }: LiveFrame): string =>
  `id: ${version}\nevent: state\ndata: ${JSON.stringify({ at, view })}\n\n`;
