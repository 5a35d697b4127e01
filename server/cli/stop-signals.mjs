const TWICE_MS = 1_000;
const PARENT_WATCH_MS = 250;

const stopping = new AbortController();
const hurrying = new AbortController();

/** Aborted once the person, the system or a dying parent has asked us to stop. */
export const stopSignal = stopping.signal;

/** Aborted when they asked a second time: end now, whatever it cuts off. */
export const hurrySignal = hurrying.signal;

/**
 * Listens for Ctrl-C, SIGTERM, a closed terminal, and the death of the process that started us with a channel.
 * One Ctrl-C can arrive twice, from the terminal and through npm, so a repetition within a second is the same one.
 */
export function listenForStop() {
  let firstAt = 0;
  const request = (/** @type {string} */ reason) => {
    if (!stopping.signal.aborted) {
      firstAt = Date.now();
      stopping.abort(new DOMException(reason, 'AbortError'));
    } else if (Date.now() - firstAt > TWICE_MS) {
      hurrying.abort();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => request(signal));
  if (process.connected) {
    process.once('disconnect', () => request('its parent ended'));
    process.channel?.unref();
  } else if (process.env.npm_lifecycle_event) {
    // npm may be killed without a word to us; a shell that started us in the background may come and go.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && request('npm ended'), PARENT_WATCH_MS).unref();
  }
}

/** Resolves when we are asked to stop. @returns {Promise<void>} */
export function untilStop() {
  return new Promise((resolve) => {
    if (stopSignal.aborted) resolve();
    // The timer keeps the process alive while it waits for nothing else.
    const timer = setInterval(() => {}, 60_000);
    stopSignal.addEventListener('abort', () => {
      clearInterval(timer);
      resolve();
    });
  });
}
