'use client';

import { Download, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Select } from '#app/_ui/select.tsx';
import { Switch } from '#app/_ui/switch.tsx';
import { Tabs } from '#app/_ui/tabs.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { Sample, Section } from './section.tsx';

/** Buttons and everything that takes input. */
export function ControlSamples() {
  return (
    <Section id="controls" title="Controls">
      <Sample name="Button">
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary">Sign protocol v2</Button>
          <Button icon={<Download aria-hidden />}>Download invoice</Button>
          <Button variant="quiet">Cancel</Button>
          <Button variant="danger" icon={<Trash2 aria-hidden />}>
            Withdraw bid
          </Button>
          <Button variant="primary" pending>
            Signing
          </Button>
          <Button disabled>Publish project</Button>
          <Button size="sm" icon={<Plus aria-hidden />}>
            Add seat
          </Button>
          <Button size="lg" variant="primary">
            Start reading
          </Button>
          <Button size="icon" variant="quiet" aria-label="Download" icon={<Download aria-hidden />} />
        </div>
      </Sample>
      <div className="grid gap-8 lg:grid-cols-2">
        <TextControls />
        <ChoiceControls />
      </div>
      <Sample name="FormErrorSummary">
        <ErrorDemo />
      </Sample>
      <Sample name="FileDrop">
        <div className="max-w-[720px]">
          <Field label="Cases" hint="One case a line; the first line names the columns.">
            <FileDrop accept=".csv,.jsonl" hint="CSV or JSON Lines, up to 50 MB" onFiles={() => {}} />
          </Field>
        </div>
      </Sample>
      <Sample name="Tabs">
        <Tabs
          label="Scorecard"
          items={[
            { value: 'reliability', label: 'Reliability', content: <p>Alpha and pairwise kappa.</p> },
            { value: 'accuracy', label: 'Accuracy', count: 5, content: <p>On gold, per class.</p> },
            { value: 'cost', label: 'Cost', content: <p>Three denominators, always named.</p> },
          ]}
        />
      </Sample>
    </Section>
  );
}

function TextControls() {
  return (
    <div className="flex flex-col gap-5">
      <Sample name="Field · Input">
        <div className="flex flex-col gap-4">
          <Field label="Title" hint="What the bidders will see.">
            <Input placeholder="Prostate biopsies, grade 0–4" />
          </Field>
          <Field label="Price per read" error="USD has 2 decimals; 1.205 has 3. Round it to 2.">
            <Input inputMode="decimal" prefix="$" suffix="USD" defaultValue="1.205" />
          </Field>
          <Field label="Register number" optional>
            <Input disabled defaultValue="HRB 4711" />
          </Field>
          <Field label="Content hash">
            <Input readOnly className="font-mono text-sm" defaultValue="9f2c 41aa 07e5 b31d" />
          </Field>
        </div>
      </Sample>
      <Sample name="Textarea">
        <Field label="Rationale" hint="Kept with the decision.">
          <Textarea defaultValue="Two of three readers saw cribriform glands; the panel agreed on grade 4." />
        </Field>
      </Sample>
    </div>
  );
}

function ChoiceControls() {
  const [on, setOn] = useState(true);
  return (
    <div className="flex flex-col gap-5">
      <Sample name="Select · NativeSelect">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Intended use">
            <Select
              options={[
                { value: 'training', label: 'Training', hint: 'Presets can be edited' },
                {
                  value: 'test_reference',
                  label: 'Test reference',
                  hint: 'Overlap 3 or more, no pre-labels',
                },
                { value: 'post_market', label: 'Post-market', disabled: true },
              ]}
            />
          </Field>
          <Field label="Modality">
            <NativeSelect defaultValue="pathology">
              <option value="pathology">Pathology</option>
              <option value="radiology">Radiology</option>
            </NativeSelect>
          </Field>
        </div>
      </Sample>
      <Sample name="RadioCards">
        <Field label="Payment rail">
          <RadioCards
            columns={2}
            defaultValue="stripe_connect"
            options={[
              { value: 'stripe_connect', label: 'Stripe', hint: 'US, UK, EEA, Canada, Switzerland' },
              {
                value: 'bank_transfer',
                label: 'Bank transfer',
                hint: 'Elsewhere; reference and proof recorded',
              },
              { value: 'cheque', label: 'Cheque', hint: 'Not offered', disabled: true },
            ]}
          />
        </Field>
      </Sample>
      <Sample name="Checkbox">
        <div className="flex flex-col gap-2">
          <Checkbox
            label="I am authorised to sign for Harbour Reads"
            hint="Your title is kept with the signature."
          />
          <Checkbox label="Show my scores to other sponsors" defaultChecked />
          <Checkbox label="Some rows" checked="indeterminate" />
          <Checkbox label="Not possible here" disabled />
        </div>
      </Sample>
      <Sample name="Switch">
        <div className="flex flex-col gap-3">
          <Switch
            label="Mail me when a call fits"
            hint="At most one mail a day."
            checked={on}
            onCheckedChange={setOn}
          />
          <Switch label="Adaptive overlap" hint="Off for test references." disabled />
        </div>
      </Sample>
    </div>
  );
}

function ErrorDemo() {
  const [shown, setShown] = useState(false);
  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      {shown ? (
        <FormErrorSummary
          problems={[
            { name: 'demo.deadline', message: 'The deadline is in the past. Choose a day after today.' },
            { message: 'The call can’t open without a clinical lead.' },
          ]}
        />
      ) : null}
      <Field
        label="Deadline"
        name="demo.deadline"
        error={shown ? 'The deadline is in the past. Choose a day after today.' : undefined}
      >
        <Input type="date" defaultValue="2026-11-01" />
      </Field>
      <div>
        <Button onClick={() => setShown(!shown)}>{shown ? 'Clear errors' : 'Publish project'}</Button>
      </div>
    </div>
  );
}
