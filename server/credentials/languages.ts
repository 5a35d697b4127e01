/** Languages that a person can claim and a project ask for, by ISO 639-1 code. */
export const LANGUAGES: readonly { code: string; name: string }[] = [
  ['ar', 'Arabic'],
  ['bn', 'Bengali'],
  ['cs', 'Czech'],
  ['da', 'Danish'],
  ['de', 'German'],
  ['el', 'Greek'],
  ['en', 'English'],
  ['es', 'Spanish'],
  ['fa', 'Persian'],
  ['fi', 'Finnish'],
  ['fr', 'French'],
  ['he', 'Hebrew'],
  ['hi', 'Hindi'],
  ['hu', 'Hungarian'],
  ['id', 'Indonesian'],
  ['it', 'Italian'],
  ['ja', 'Japanese'],
  ['ko', 'Korean'],
  ['nl', 'Dutch'],
  ['no', 'Norwegian'],
  ['pl', 'Polish'],
  ['pt', 'Portuguese'],
  ['ro', 'Romanian'],
  ['ru', 'Russian'],
  ['sv', 'Swedish'],
  ['sw', 'Swahili'],
  ['ta', 'Tamil'],
  ['th', 'Thai'],
  ['tl', 'Tagalog'],
  ['tr', 'Turkish'],
  ['uk', 'Ukrainian'],
  ['ur', 'Urdu'],
  ['vi', 'Vietnamese'],
  ['zh', 'Chinese'],
].map(([code = '', name = '']) => ({ code, name }));

const names = new Map(LANGUAGES.map(({ code, name }) => [code, name]));

/** The English name of a language's code; what is no code, as it is. */
export function languageName(code: string): string {
  return names.get(code.toLowerCase()) ?? code;
}

/** True for a code of the list. */
export function isLanguage(code: string): boolean {
  return names.has(code.toLowerCase());
}
