const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const FIRST_SIGN_MS = 5_000;
const SIGN_MS = 15_000;

/** @param {number} ms */
export function formatSeconds(ms) {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/**
 * Says which step runs, how long it has taken and what it is at: one line that moves on a terminal,
 * a sign of life now and then elsewhere.
 * @typedef {{ step: <T>(title: string, work: (note: (detail: string) => void) => Promise<T> | T) => Promise<T>,
 *   say: (line: string) => void }} Progress
 *
 * @param {NodeJS.WriteStream} [out]
 * @returns {Progress}
 */
export function createProgress(out = process.stdout) {
  const isTerminal = Boolean(out.isTTY) && process.env.TERM !== 'dumb';
  let isDrawn = false;
  const erase = () => {
    if (isDrawn) out.write('\r\u001b[2K');
    isDrawn = false;
  };
  /** @param {string} text */
  const draw = (text) => {
    erase();
    out.write(text.slice(0, Math.max(20, (out.columns ?? 80) - 1)));
    isDrawn = true;
  };

  return {
    say(line) {
      erase();
      out.write(`${line}\n`);
    },
    async step(title, work) {
      const began = Date.now();
      let detail = '';
      let frame = 0;
      let nextSignMs = FIRST_SIGN_MS;
      const suffix = () => `${formatSeconds(Date.now() - began)}${detail ? `  ${detail}` : ''}`;
      const timer = setInterval(() => {
        if (isTerminal) {
          frame = (frame + 1) % FRAMES.length;
          draw(`${FRAMES[frame]} ${title}  ${suffix()}`);
        } else if (Date.now() - began >= nextSignMs) {
          nextSignMs += SIGN_MS;
          out.write(`  ${title} …  ${suffix()}\n`);
        }
      }, FRAME_MS);
      const finish = (/** @type {string} */ mark) => {
        clearInterval(timer);
        erase();
        out.write(`${mark} ${title}  ${suffix()}\n`);
      };
      try {
        const result = await work((text) => {
          detail = text;
        });
        finish('✓');
        return result;
      } catch (error) {
        finish('✗');
        throw error;
      }
    },
  };
}
