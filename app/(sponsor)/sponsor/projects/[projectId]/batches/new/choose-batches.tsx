import { Checkbox } from '#app/_ui/checkbox.tsx';
import { batchLine, type EarlierBatch } from './batch-line.ts';

export type ChooseBatchesProps = {
  batches: readonly EarlierBatch[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
};

/** Batches to be ticked, one a line. */
export function ChooseBatches({ batches, chosen, onChange }: ChooseBatchesProps) {
  return (
    <div className="flex flex-col gap-1.5">
      {batches.map(({ id, ...one }) => (
        <Checkbox
          key={id}
          label={batchLine(one)}
          checked={chosen.includes(id)}
          onCheckedChange={(isOn) =>
            onChange(isOn === true ? [...chosen, id] : chosen.filter((other) => other !== id))
          }
        />
      ))}
    </div>
  );
}
