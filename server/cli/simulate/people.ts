import { counterUniform } from '#server/quality/counter-hash.ts';

/** Streams of the counter-based generator, one for each kind of draw. */
const STREAM = { kind: 11, skill: 12, speed: 13, drift: 14, answer: 15, pace: 16, truth: 17, hard: 18 };

/** Share of cases with the finding. */
const PREVALENCE = 0.35;
/** Reads after which fatigue has taken its full share. */
const TIRED_AFTER = 200;

/** How one simulated annotator reads. */
export type Person = {
  index: number;
  isSpammer: boolean;
  /** Chance to be right on a case of middling difficulty, when fresh. */
  skill: number;
  /** What is lost over the session: people who drift lose more. */
  drift: number;
  fatigue: number;
  /** Milliseconds a case takes on average. */
  paceMs: number;
};

const standardNormal = (u: number, v: number) =>
  Math.sqrt(-2 * Math.log(Math.max(u, 1e-12))) * Math.cos(2 * Math.PI * v);

/** The `index`-th person of a crowd: the same for the same seed, whatever the size of the crowd. */
export function personAt(index: number, of: { seed: number; spammers: number }): Person {
  const draw = (stream: number) => counterUniform(stream, index, of.seed);
  const isSpammer = draw(STREAM.kind) < of.spammers;
  // Skills lie between 0.70 and 0.97, most of them near 0.86.
  const skill = 0.7 + 0.27 * Math.sqrt(draw(STREAM.skill));
  const speed = Math.exp(0.35 * standardNormal(draw(STREAM.speed), draw(STREAM.speed + 100)));
  return {
    index,
    isSpammer,
    skill,
    drift: draw(STREAM.drift) < 0.1 ? 0.15 : 0,
    fatigue: 0.04,
    paceMs: isSpammer ? 10_000 : Math.max(5_000, 20_000 * speed),
  };
}

/** Whether the finding is in a case, and how hard the case is (0 easy … 1 near guessing). */
export function caseAt(index: number, seed: number): { truth: boolean; difficulty: number } {
  return {
    truth: counterUniform(STREAM.truth, index, seed) < PREVALENCE,
    difficulty: 0.8 * counterUniform(STREAM.hard, index, seed) ** 2,
  };
}

/** Chance that a person is right on a case, after so many reads, a share `elapsed` of the session gone. */
export function chanceRight(who: Person, at: { difficulty: number; reads: number; elapsed: number }): number {
  const fresh = who.skill - who.drift * at.elapsed - who.fatigue * Math.min(1, at.reads / TIRED_AFTER);
  return 0.5 + (fresh - 0.5) * (1 - at.difficulty);
}

/** What a person answers. A spammer always says no: cheap, and often right where findings are rare. */
export function answerOf(
  who: Person,
  at: { caseIndex: number; reads: number; elapsed: number },
  seed: number,
): boolean {
  if (who.isSpammer) return false;
  const { truth, difficulty } = caseAt(at.caseIndex, seed);
  const u = counterUniform(STREAM.answer, who.index * 65_537 + at.caseIndex, seed);
  return u < chanceRight(who, { ...at, difficulty }) ? truth : !truth;
}

/** Milliseconds that a person's `read`-th case takes. */
export function timeOf(who: Person, read: number, seed: number): number {
  const at = who.index * 4_099 + read;
  const z = standardNormal(
    counterUniform(STREAM.pace, at, seed),
    counterUniform(STREAM.pace + 100, at, seed),
  );
  return Math.max(1_000, who.paceMs * Math.exp(0.25 * z));
}
