import { isMainThread } from 'node:worker_threads';

const PATIENCE_MS = 3_000;

/** @param {NodeJS.Signals} signal to this process and everything it started; it leads its own group */
function signalGroup(signal) {
  try {
    process.kill(-process.pid, signal);
  } catch {
    process.kill(process.pid, signal);
  }
}

// Preloaded into every service: the channel to the launcher closes when the launcher dies, however it dies,
// and then the service must not stay behind on its port. What the service itself starts inherits this file but has
// another parent, whose channel is none of our business.
const isService = process.env.READROOM_LAUNCHER_PID === String(process.ppid);
if (isMainThread && isService && process.connected) {
  process.once('disconnect', () => {
    setTimeout(() => signalGroup('SIGKILL'), PATIENCE_MS);
    signalGroup('SIGTERM');
  });
  // Listening must not keep a service alive that has nothing left to do.
  process.channel?.unref();
}
