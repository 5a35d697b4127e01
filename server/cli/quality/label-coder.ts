import { labelSetKey } from '#server/quality/multi-label-alpha.ts';
import { sortIds } from '#server/quality/rating-table.ts';
import { Interner } from './interner.ts';
import { decimalGrammar, decimalOf, spelled } from './numbers.ts';
import { CsvProblem, quoted } from './problem.ts';

export type LabelRules = {
  /** Categories in order (with a separator: the labels of answers); without them those that occur, numbers in numeric order. */
  readonly categories: readonly string[] | null;
  /** Labels are numbers: ordered, interval and ratio scales. Given categories may be words instead. */
  readonly needsNumbers: boolean;
  /** Ratio scales have no negative numbers. */
  readonly needsPositive?: boolean;
  /** Words that stand for no answer; a category is never one. */
  readonly missing: readonly string[];
  /** Between the labels of one answer; null where an answer is one label. */
  readonly separator?: string | null;
};

const mostLabels = 65_535;
/** The code of a missing answer. */
export const missingCode = -1;

/**
 * Turns the text of labels into category numbers in order of appearance. Each distinct text is judged once, so that a million
 * labels cost a million look-ups.
 */
export class LabelCoder {
  private readonly file: string;
  private readonly rules: LabelRules;
  private readonly texts = new Interner();
  private readonly codes: number[] = [];
  private readonly counts: number[] = [];
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly missing: ReadonlySet<string>;
  private readonly isNumeric: boolean;

  constructor(file: string, rules: LabelRules) {
    this.file = file;
    this.rules = rules;
    const { categories } = rules;
    this.missing = new Set(rules.missing);
    // Equal numbers are one category, however they are written; words stay words.
    this.isNumeric = rules.needsNumbers && (categories ?? []).every((name) => decimalOf(name) !== null);
    const isSet = typeof rules.separator === 'string';
    for (const category of isSet ? [] : (categories ?? [])) this.add(this.nameOf(category));
    if (!isSet && this.names.length < (categories?.length ?? 0))
      throw new CsvProblem(file, null, 'label', 'expected --categories to name every number once');
  }

  /** Category number of a label, or `missingCode`. Throws `CsvProblem` for a label outside the scale or the categories. */
  code(text: string, line: number): number {
    const raw = this.texts.numberOf(text);
    if (raw === this.codes.length) {
      this.codes.push(this.judge(text, line));
      this.counts.push(0);
    }
    const code = this.codes[raw] as number;
    if (code === missingCode) this.counts[raw] = (this.counts[raw] as number) + 1;
    return code;
  }

  isMissing(text: string): boolean {
    const bare = text.trim();
    if (bare === '') return true;
    return this.missing.has(bare) && this.rules.categories?.includes(bare) !== true;
  }

  /** The categories in their order, and where each number in order of appearance stands in it. */
  finish(): { categories: readonly string[]; position: Int32Array } {
    const isGiven = this.rules.categories !== null && typeof this.rules.separator !== 'string';
    const categories = isGiven ? this.names : sortIds(this.names);
    const place = new Map(categories.map((name, index) => [name, index]));
    return { categories, position: Int32Array.from(this.names, (name) => place.get(name) as number) };
  }

  /** How often each word for "no answer" occurs, in small letters; `""` for the empty label. */
  missingCounts(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const [raw, count] of this.counts.entries()) {
      const word = (this.texts.ids[raw] as string).trim().toLowerCase();
      if (count > 0) counts.set(word, (counts.get(word) ?? 0) + count);
    }
    return Object.fromEntries(counts);
  }

  private judge(text: string, line: number): number {
    if (this.isMissing(text)) return missingCode;
    const name = this.nameOf(text);
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const { categories, needsNumbers, needsPositive, separator } = this.rules;
    const isSet = typeof separator === 'string';
    const refuse = (message: string): never => {
      throw new CsvProblem(this.file, line, 'label', `expected ${message}; found ${quoted(text)}`);
    };
    const stray =
      categories !== null &&
      (!isSet || (JSON.parse(name) as string[]).some((one) => !categories.includes(one)));
    if (stray)
      return refuse(`one of ${categories.join(', ')}${isSet ? `, or several with ${separator}` : ''}`);
    const number = decimalOf(text);
    if (needsNumbers && number === null)
      return refuse(`${decimalGrammar} on this scale (the order of words is given by --categories a,b,c)`);
    if (needsPositive === true && number !== null && number < 0)
      return refuse('a number of at least 0 on a ratio scale');
    if (this.names.length >= mostLabels)
      return refuse(`at most ${mostLabels.toLocaleString('en')} different labels`);
    return this.add(name);
  }

  /** The labels that are told apart by their text: none where they are numbers. */
  labelsAsWritten(): readonly string[] {
    if (this.isNumeric) return [];
    if (typeof this.rules.separator !== 'string') return this.names;
    return [...new Set(this.names.flatMap((key) => JSON.parse(key) as string[]))];
  }

  /** The name of the category that a label stands for: itself, one spelling of its number, or one spelling of its set. */
  nameOf(text: string): string {
    const { separator } = this.rules;
    if (typeof separator === 'string') {
      const labels = text.split(separator).map((label) => label.trim());
      return labelSetKey(labels.filter((label) => label !== ''));
    }
    const number = this.isNumeric ? decimalOf(text) : null;
    return number === null ? text : spelled(number);
  }

  private add(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
