'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import { SAFE_HARBOR_ITEMS, type SafeHarborItem } from '#server/datasets/schemas.ts';
import { SAFE_HARBOR_WORDS } from './evidence-words.ts';

/** Something that looks like an identifier; without a kind where it was found before there were kinds. */
export type IdentifierHint = { item: SafeHarborItem | null; message: string };

/** Hints of one kind that are listed at once; more are counted. */
const SHOWN = 4;

export type SafeHarborChecklistProps = {
  checked: readonly SafeHarborItem[];
  noActualKnowledge: boolean;
  hints: readonly IdentifierHint[];
  errors: Partial<Record<string, string>>;
  onChecked: (items: readonly SafeHarborItem[]) => void;
  onNoActualKnowledge: (is: boolean) => void;
};

/** The eighteen kinds of identifiers one by one, none ticked beforehand, each with what the detectors found beside it. */
export function SafeHarborChecklist({
  checked,
  noActualKnowledge,
  hints,
  errors,
  onChecked,
  onNoActualKnowledge,
}: SafeHarborChecklistProps) {
  const missing = errors['evidence.checklist'];
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 font-medium text-sm">Gone through and removed</legend>
      <HintList hints={hints.filter((hint) => hint.item === null)} />
      <ul className="divide-y divide-line border-line border-y">
        {SAFE_HARBOR_ITEMS.map((item) => (
          <li key={item} className="py-2">
            <Checkbox
              label={SAFE_HARBOR_WORDS[item]}
              checked={checked.includes(item)}
              onCheckedChange={(is) =>
                onChecked(is === true ? [...checked, item] : checked.filter((one) => one !== item))
              }
            />
            <div className="pl-6">
              <HintList hints={hints.filter((hint) => hint.item === item)} />
            </div>
          </li>
        ))}
      </ul>
      {missing ? <p className="text-critical-ink text-xs">{missing}</p> : null}
      <Checkbox
        label="We know of no way in which anybody could be recognised in what is left."
        checked={noActualKnowledge}
        aria-invalid={errors.noActualKnowledge ? true : undefined}
        onCheckedChange={(is) => onNoActualKnowledge(is === true)}
      />
      {errors.noActualKnowledge ? (
        <p className="text-critical-ink text-xs">{errors.noActualKnowledge}</p>
      ) : null}
    </fieldset>
  );
}

/** Hints without boxes to tick: for an expert, who decides by risk and not by the list. */
export function HintsByKind({ hints }: { hints: readonly IdentifierHint[] }) {
  const kinds = SAFE_HARBOR_ITEMS.filter((item) => hints.some((hint) => hint.item === item));
  if (hints.length === 0) return null;
  return (
    <section aria-label="What looks like an identifier" className="flex flex-col gap-2">
      <HintList hints={hints.filter((hint) => hint.item === null)} />
      <dl className="divide-y divide-line border-line border-y">
        {kinds.map((item) => (
          <div key={item} className="py-2">
            <dt className="text-sm">{SAFE_HARBOR_WORDS[item]}</dt>
            <dd>
              <HintList hints={hints.filter((hint) => hint.item === item)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function HintList({ hints }: { hints: readonly IdentifierHint[] }) {
  if (hints.length === 0) return null;
  const rest = hints.slice(SHOWN);
  return (
    <ul className="mt-1 flex flex-col gap-1">
      {hints.slice(0, SHOWN).map((hint) => (
        <HintLine key={hint.message} message={hint.message} />
      ))}
      {rest.length === 0 ? null : (
        <li>
          <details>
            <summary className="cursor-pointer text-ink-3 text-xs">{rest.length} more</summary>
            <ul className="mt-1 flex flex-col gap-1">
              {rest.map((hint) => (
                <HintLine key={hint.message} message={hint.message} />
              ))}
            </ul>
          </details>
        </li>
      )}
    </ul>
  );
}

function HintLine({ message }: { message: string }) {
  return (
    <li className="flex items-start gap-1.5 text-ink-2 text-xs">
      <ToneIcon tone="attention" className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 break-words">{message}</span>
    </li>
  );
}
