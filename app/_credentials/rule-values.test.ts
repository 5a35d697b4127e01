import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '#server/credentials/rule-samples.ts';
import { credentialRule, type RuleNode } from '#server/credentials/schemas.ts';
import { NEW_REQUIREMENT, ruleValues, toRule } from './rule-values.ts';

/** What the form does not offer for a kind (a country of a language, years of an exam) is left out by it. */
const offered = (node: RuleNode): RuleNode => {
  if ('allOf' in node) return { allOf: node.allOf.map(offered) };
  if ('anyOf' in node) return { anyOf: node.anyOf.map(offered) };
  const { minProficiency, taxonomyCode, jurisdiction, region, minYears, ...rest } = node;
  const dropped = (value: object) =>
    Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
  if (node.kind === 'general_exam') return rest;
  return node.kind === 'language'
    ? { ...rest, ...dropped({ minProficiency }) }
    : { ...rest, ...dropped({ taxonomyCode, jurisdiction, region, minYears }) };
};

test('every rule that can be stored comes back from the form unchanged', () => {
  fc.assert(
    fc.property(sampleRule, (sample) => {
      const rule = { anyOf: sample.anyOf.map(offered) };
      expect(credentialRule.parse(toRule(ruleValues(rule)))).toEqual(rule);
    }),
    { numRuns: 300 },
  );
});

test('an empty form asks for nothing, and a country that is none carries the name of its field', () => {
  expect(toRule({ match: 'all', parts: [] })).toEqual({ anyOf: [] });
  const wrong = toRule({ match: 'all', parts: [{ ...NEW_REQUIREMENT, jurisdiction: 'Mars' }] });
  expect(credentialRule.safeParse(wrong).error?.issues[0]?.path.join('.')).toBe(
    'anyOf.0.allOf.0.jurisdiction',
  );
});
