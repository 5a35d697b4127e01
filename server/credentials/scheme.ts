import type { CredentialKind } from './schemas.ts';

/** A register or certifying body: what its numbers look like and where a claim is checked. */
export type Scheme = {
  code: string;
  kind: CredentialKind;
  /** As a person looks for it in a list. */
  name: string;
  /** Null when the person names the issuer. */
  issuer: string | null;
  /** ISO 3166-1 code; null when the person names it or it belongs to no country. */
  jurisdiction: string | null;
  /** True when it is a licence of one US state. */
  isOfState: boolean;
  /** Null when there is no number; `isValid` sees it normalised. */
  number: { isRequired: boolean; isValid: (number: string) => boolean; says: string; example: string } | null;
  /** Proven by a document that its holder hands in, because no public register can be asked. */
  needsDocument: boolean;
  /** Where an operator looks, and how. */
  source: { name: string; url: string | null; how: string };
};

type Given = Partial<Scheme> & Pick<Scheme, 'code' | 'kind' | 'name' | 'source'>;
/** A register with what it does not say left out. */
export const scheme = (given: Given): Scheme => ({
  issuer: null,
  jurisdiction: null,
  isOfState: false,
  number: null,
  needsDocument: false,
  ...given,
});

/** A number of one shape; `says` follows "The number …". */
export const like = (pattern: RegExp, says: string, example: string) => ({
  isRequired: true,
  isValid: (number: string) => pattern.test(number),
  says,
  example,
});
/** No format is published: anything short that could be a number passes, and the source decides. */
export const anyNumber = (isRequired: boolean, example: string) => ({
  isRequired,
  isValid: (number: string) => /^[A-Z0-9/]{2,30}$/.test(number),
  says: 'has 2 to 30 letters and digits',
  example,
});
