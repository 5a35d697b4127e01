import { describe, expect, test } from 'vitest';
import type { ProtocolContent } from '#server/protocols/schemas.ts';
import { keyFromLabel, newField, protocolValues, readProtocol } from './editor-values.ts';

const gradeField = () => ({
  key: 'grade',
  label: 'Grade group',
  type: 'ordinal' as const,
  definition: 'ISUP grade group.',
  required: true,
  options: ['0', '1', '2', '3', '4'].map((value) => ({ value, label: `Grade ${value}` })),
});

const content: ProtocolContent = {
  guidelinesMarkdown: '# Read',
  labelSchema: {
    fields: [
      gradeField(),
      {
        key: 'size',
        label: 'Size',
        type: 'number',
        unit: 'mm',
        min: 0.5,
        max: 80,
        definition: 'Longest diameter.',
        required: false,
        requiredIf: { field: 'grade', op: 'at_least', value: '1' },
      },
      { key: 'note', label: 'Note', type: 'text', maxLength: 200, definition: 'Anything.', required: false },
    ],
    rules: [
      {
        key: 'size_needs_grade',
        message: 'A size needs a cancer.',
        when: { field: 'size', op: 'answered' },
        must: { not: { field: 'grade', op: 'is', value: '0' } },
      },
    ],
    gatedFields: ['grade'],
  },
  edgeCases: [{ title: 'PIN', description: 'Not cancer.', answers: { grade: '0' } }],
};

describe('the protocol editor', () => {
  test('a protocol comes back as it went in', () => {
    const read = readProtocol(protocolValues(content));
    expect(read).toEqual({ content, problems: [] });
  });

  test('switching a field to a type without options leaves them out, and back again they are there', () => {
    const values = protocolValues(content);
    const asText = { ...values.fields[0]!, type: 'text' as const };
    const changed = readProtocol({ ...values, rules: [], fields: [asText] });
    expect(changed.content?.labelSchema).toMatchObject({ gatedFields: [], fields: [{ type: 'text' }] });
    expect(changed.content?.labelSchema.fields[0]).not.toHaveProperty('options');
    const back = readProtocol({ ...values, rules: [], fields: [{ ...asText, type: 'ordinal' }] });
    expect(back.content?.labelSchema.fields[0]?.options).toHaveLength(5);
  });

  test('every problem is named by the place where it can be mended', () => {
    const values = protocolValues(content);
    const broken = {
      ...values,
      fields: [
        { ...newField(), label: 'Side' },
        { ...values.fields[1]!, requiredIf: null, min: 'x' },
      ],
      rules: [],
    };
    const names = readProtocol(broken).problems.map((problem) => problem.name);
    expect(names).toContain('labelSchema.fields.0.definition');
    expect(names).toContain('labelSchema.fields.0.options.0.label');
    expect(names).toContain('labelSchema.fields.1.min');
  });

  test('an empty field is one problem per control, not one per thing that follows from it', () => {
    const names = readProtocol({ guidelinesMarkdown: '', fields: [newField()], rules: [], edgeCases: [] })
      .problems.map((problem) => problem.name)
      .sort();
    expect(names).toEqual([
      'labelSchema.fields.0.definition',
      'labelSchema.fields.0.label',
      'labelSchema.fields.0.options.0.label',
      'labelSchema.fields.0.options.1.label',
    ]);
  });

  test('keys follow from labels', () => {
    expect(keyFromLabel('Grade group (ISUP)')).toBe('grade_group_isup');
    expect(keyFromLabel('2nd opinion')).toBe('f_2nd_opinion');
    expect(keyFromLabel('Größe')).toBe('gro_e');
  });
});
