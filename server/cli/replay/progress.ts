export type Progress = {
  step<T>(label: string, work: () => Promise<T>): Promise<T>;
  /** A step with a known number of things to do; `work` calls its argument after each. */
  count<T>(label: string, total: number, work: (onDone: () => void) => Promise<T>): Promise<T>;
};

/** Progress on standard error, so that standard output stays one JSON object with `--json`. */
export function createProgress(isQuiet: boolean): Progress {
  const say = (text: string) => {
    if (!isQuiet) process.stderr.write(text);
  };
  const timed = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    say(
      `${process.stderr.isTTY ? '\r' : ''}${label}: done in ${((performance.now() - started) / 1000).toFixed(1)} s          \n`,
    );
    return result;
  };
  return {
    step: (label, work) => {
      if (process.stderr.isTTY) say(`${label} …`);
      return timed(label, work);
    },
    count: (label, total, work) => {
      let done = 0;
      let shown = 0;
      return timed(label, () =>
        work(() => {
          done += 1;
          const share = Math.floor((done * 100) / total);
          // A terminal's line is rewritten; a log gets a line for every tenth.
          if (process.stderr.isTTY ? performance.now() - shown < 200 && done < total : share < shown + 10)
            return;
          shown = process.stderr.isTTY ? performance.now() : share;
          say(
            `${process.stderr.isTTY ? '\r' : ''}${label}: ${done} of ${total} (${share} %)${process.stderr.isTTY ? '' : '\n'}`,
          );
        }),
      );
    },
  };
}
