'use client';

import { ShortcutHelp } from '#app/_ui/shortcut-help.tsx';

const LABEL = [
  { keys: ['1', '…', '0'], does: 'Choose in the field at hand' },
  { keys: ['Shift', '1–5'], does: 'Say how sure you are' },
  { keys: ['↑', '↓'], does: 'Go to another field' },
  { keys: ['Enter'], does: 'Submit and go to the next case (Ctrl + Enter while writing text)' },
  { keys: ['U'], does: 'Undo the last submit, for 10 minutes' },
  { keys: ['Esc'], does: 'Leave a text field; close what is open; leave an undone label as it was' },
];
const SAY = [
  { keys: ['S'], does: 'Skip with a reason' },
  { keys: ['A'], does: 'Ask the clinical lead' },
  { keys: ['P'], does: 'Protected health information seen' },
  { keys: ['I'], does: 'Incidental finding' },
  { keys: ['T'], does: 'Technical problem' },
  { keys: ['G'], does: 'Guideline beside the case' },
];
const LOOK = [
  { keys: ['Z'], does: 'Zoom in, with Shift out; or the wheel' },
  { keys: ['Space'], does: 'Held: moves the image with the pointer' },
  { keys: ['Shift', '←↑↓→'], does: 'Move the image' },
  { keys: ['B'], does: 'Brighter, with Shift darker' },
  { keys: ['C'], does: 'More contrast, with Shift less' },
  { keys: ['V'], does: 'Next image of the case' },
  { keys: ['R'], does: 'Reset the image' },
  { keys: ['Page ↑', 'Page ↓'], does: 'Scroll the text' },
];

/** Every key of the reading page. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <ShortcutHelp
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      groups={[
        { title: 'Answer', shortcuts: LABEL },
        { title: 'Say something', shortcuts: SAY },
        { title: 'Look', shortcuts: LOOK },
      ]}
    />
  );
}
