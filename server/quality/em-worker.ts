import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { claimChunks, controlSlots, quitSignal, type SharedRun } from './em-threads.ts';

// The thread side of `em-threads.ts`: sleeps until a run is posted, helps with the chunks of its passes until the run is over.
const { port, mail } = workerData as { port: MessagePort; mail: Int32Array<SharedArrayBuffer> };

while (true) {
  // Looked at before the post is read, so that what arrives meanwhile is not slept through.
  const seen = Atomics.load(mail, 0);
  for (let post = receiveMessageOnPort(port); post !== undefined; post = receiveMessageOnPort(port))
    help(post.message as SharedRun);
  Atomics.wait(mail, 0, seen);
}

function help(run: SharedRun): void {
  const { control } = run;
  for (let seen = 0; ; ) {
    Atomics.wait(control, controlSlots.phase, seen);
    seen = Atomics.load(control, controlSlots.phase);
    if (Atomics.load(control, controlSlots.kind) === quitSignal) return;
    claimChunks(run);
  }
}
