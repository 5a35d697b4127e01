const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const FIRST_SIGN_MS = 5_000;
const SIGN_MS = 15_000;

/** @param {number} ms */
export function formatSeconds(ms) {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Says which steps run, how long they have taken and what they are at: one line that moves on a terminal,
 * a sign of life now and then elsewhere.
 * @typedef {{ step: <T>(title: string, work: (note: (detail: string) => void) => Promise<T> | T) => Promise<T>,
 *   say: (line: string) => void }} Progress
 *
 * @param {NodeJS.WriteStream} [out]
 * @returns {Progress}
 */
export function createProgress(out = process.stdout) {
  const isTerminal = Boolean(out.isTTY) && process.env.TERM !== 'dumb';
  /** @type {Set<{ title: string, began: number, detail: string, nextSignMs: number }>} */
  const running = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let frame = 0;
  let isDrawn = false;

  const erase = () => {
    if (isDrawn) out.write('\r\u001b[2K');
    isDrawn = false;
  };
  /** @param {{ title: string, began: number, detail: string }} step */
  const tell = ({ title, began, detail }) =>
    `${title}  ${formatSeconds(Date.now() - began)}${detail ? `  ${detail}` : ''}`;

  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    const text = `${FRAMES[frame]} ${[...running].map(tell).join(' · ')}`;
    erase();
    out.write(text.slice(0, Math.max(20, (out.columns ?? 80) - 1)));
    isDrawn = true;
  };
  const giveSigns = () => {
    for (const step of running) {
      if (Date.now() - step.began < step.nextSignMs) continue;
      step.nextSignMs += SIGN_MS;
      out.write(`… ${tell(step)}\n`);
    }
  };

  return {
    say(line) {
      erase();
      out.write(`${line}\n`);
    },
    async step(title, work) {
      const step = { title, began: Date.now(), detail: '', nextSignMs: FIRST_SIGN_MS };
      running.add(step);
      timer ??= setInterval(isTerminal ? draw : giveSigns, FRAME_MS);
      const finish = (/** @type {string} */ mark) => {
        running.delete(step);
        if (running.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
        erase();
        out.write(`${mark} ${tell(step)}\n`);
      };
      try {
        const result = await work((text) => {
          step.detail = text;
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
