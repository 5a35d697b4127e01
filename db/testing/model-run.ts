/** What fast-check is told, and the time that the test itself is given. */
export type ModelRun = {
  parameters: {
    seed: number;
    numRuns: number;
    interruptAfterTimeLimit: number;
    markInterruptAsFailure: true;
  };
  timeoutMs: number;
};

/** A history may take so long on a machine that has much else to do, ten times as long as on another; one that failed is made shorter in what is left. */
const SECONDS_EACH = 12;
/** What a failure is told in, when the time is over. */
const TO_TELL_MS = 30_000;

/**
 * How a property test of histories runs: with its own seed, so that the same is tried whatever else has changed, unless a hunt names
 * another (`READROOM_MODEL_SEED`) and how many (`READROOM_MODEL_HISTORIES`); server/work/README.md. All of them run: when the time is over
 * before, that is a failure. A history that fails is said with its seed and path.
 */
export function modelRun(
  usual: { seed: number; histories: number; secondsEach?: number },
  env: Readonly<Record<string, string | undefined>> = process.env,
): ModelRun {
  const seed = wholeNumber(env, 'READROOM_MODEL_SEED') ?? usual.seed;
  const numRuns = wholeNumber(env, 'READROOM_MODEL_HISTORIES') ?? usual.histories;
  const limit = numRuns * (usual.secondsEach ?? SECONDS_EACH) * 1000;
  return {
    parameters: { seed, numRuns, interruptAfterTimeLimit: limit, markInterruptAsFailure: true },
    timeoutMs: limit + TO_TELL_MS,
  };
}

function wholeNumber(env: Readonly<Record<string, string | undefined>>, name: string): number | null {
  const said = env[name];
  if (said === undefined || said === '') return null;
  const number = Number(said);
  if (!Number.isInteger(number) || number < 1 || number > 0x7fffffff)
    throw new Error(`${name} is a whole number from 1 on, not “${said}”.`);
  return number;
}
