import type { Answer } from '#db/seed/steps/reading.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';

const SEED = 20_261_121;
const FINDINGS = ['none', 'nodule', 'consolidation', 'effusion'] as const;
type Finding = (typeof FINDINGS)[number];

export type ChestCase = { id: string; patient: string; site: string; sex: string; ageBand: string };

const pick = <T>(items: readonly T[], stream: number, index: number): T =>
  items[Math.floor(counterUniform(stream, index, SEED) * items.length)] as T;

/** 84 synthetic cases of two hospitals; nothing here is about a real person. */
export const CHEST_CASES: readonly ChestCase[] = Array.from({ length: 84 }, (_, index) => ({
  id: `CXR-${String(index + 1).padStart(3, '0')}`,
  patient: `pt-${1000 + index}`,
  site: pick(['northgate', 'riverside', 'st-anne'], 1, index),
  sex: pick(['F', 'M'], 2, index),
  ageBand: pick(['18-39', '40-59', '60-79', '80+'], 3, index),
}));

const indexOf = (id: string) => Number(id.slice(4)) - 1;

/** What a case shows. */
export function truthOf(id: string): { finding: Finding; sizeMm: number; side: string } {
  const index = indexOf(id);
  const draw = counterUniform(4, index, SEED);
  const finding: Finding =
    draw < 0.45 ? 'none' : draw < 0.7 ? 'nodule' : draw < 0.87 ? 'consolidation' : 'effusion';
  return {
    finding,
    sizeMm: 4 + Math.floor(counterUniform(5, index, SEED) * 22),
    side: pick(['left', 'right'], 6, index),
  };
}

/** The report a reader sees. */
export function caseText(id: string): string {
  const { finding, sizeMm, side } = truthOf(id);
  const lobe = pick(['upper', 'middle', 'lower'], 7, indexOf(id));
  const told: Record<Finding, string> = {
    none: 'The lungs are clear. Heart size is normal. No pleural effusion.',
    nodule: `There is a rounded opacity of about ${sizeMm} mm in the ${side} ${lobe} zone. No pleural effusion.`,
    consolidation: `Patchy airspace opacity in the ${side} ${lobe} zone with air bronchograms. No effusion.`,
    effusion: `Blunting of the ${side} costophrenic angle with a small pleural effusion. No focal opacity.`,
  };
  return `Report ${id}. Chest, two views. ${told[finding]} Comparison: none available.`;
}

/** How a reader of this skill answers; the same person gives the same answer to the same case every time. */
export function chestAnswer(reader: string, text: string, skill: number): NonNullable<Answer> {
  const id = /CXR-\d+/.exec(text)?.[0] ?? 'CXR-001';
  const stream = [...reader].reduce((sum, letter) => sum + letter.charCodeAt(0), 20);
  const truth = truthOf(id);
  const isRight = counterUniform(stream, indexOf(id), SEED) < skill;
  const finding = isRight
    ? truth.finding
    : pick(
        FINDINGS.filter((other) => other !== truth.finding),
        stream + 1,
        indexOf(id),
      );
  const activeMs = 15_000 + Math.floor(counterUniform(stream + 2, indexOf(id), SEED) * 50_000);
  const hasSize = finding === 'nodule';
  return {
    answers: { finding, ...(hasSize ? { size_mm: truth.sizeMm, follow_up: truth.sizeMm > 8 } : {}) },
    activeMs,
    confidence: isRight ? 4 : 2,
  };
}

/** Three fields, one of them asked only with a nodule, and a rule between two of them (R4). */
export function chestProtocol() {
  const labels: Record<Finding, string> = {
    none: 'No finding',
    nodule: 'Nodule',
    consolidation: 'Consolidation',
    effusion: 'Pleural effusion',
  };
  const isNodule = { field: 'finding', op: 'is' as const, value: 'nodule' };
  return {
    guidelinesMarkdown:
      '# Chest radiograph findings\n\nChoose the **main** finding of the report.\n\n## Nodule\nA rounded opacity up to 30 mm. Give its size in millimetres as reported.\n\n## Consolidation\nAirspace opacity, with or without air bronchograms.\n\n## Effusion\nBlunting of an angle or a described pleural collection.',
    labelSchema: {
      fields: [
        {
          key: 'finding',
          label: 'Main finding',
          type: 'categorical' as const,
          options: FINDINGS.map((value) => ({ value, label: labels[value] })),
          definition: 'The finding that matters most in the report.',
          required: true,
        },
        {
          key: 'size_mm',
          label: 'Nodule size',
          type: 'number' as const,
          unit: 'mm',
          min: 1,
          max: 30,
          definition: 'Longest diameter as reported.',
          required: false,
          requiredIf: isNodule,
        },
        {
          key: 'follow_up',
          label: 'Follow-up advised',
          type: 'boolean' as const,
          definition: 'Whether the nodule needs follow-up imaging.',
          required: false,
          requiredIf: isNodule,
        },
      ],
      rules: [
        {
          key: 'size_needs_nodule',
          message: 'A size is given only for a nodule. Clear it, or choose Nodule.',
          when: { field: 'size_mm', op: 'answered' as const },
          must: isNodule,
        },
      ],
      gatedFields: ['finding'],
    },
    edgeCases: [
      {
        title: 'Opacity with effusion',
        description: 'Choose the opacity when it has its own sentence in the report.',
        answers: { finding: 'consolidation' },
      },
    ],
  };
}
