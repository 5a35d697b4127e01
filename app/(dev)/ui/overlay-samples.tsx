'use client';

import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';
import { Sheet } from '#app/_ui/sheet.tsx';
import { SignDialog } from '#app/_ui/sign-dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Tooltip } from '#app/_ui/tooltip.tsx';
import { ProvenanceSample } from './provenance-sample.tsx';
import { Sample, Section } from './section.tsx';

const noop = () => {};

/** Everything that opens over the page. */
export function OverlaySamples() {
  return (
    <Section id="overlays" title="Over the page">
      <Sample name="Dialog · SignDialog · Sheet · DropdownMenu · Tooltip · toast">
        <div className="flex flex-wrap gap-2">
          <Dialog
            title="Close the call early?"
            description="Two bids are still drafts. Their vendors are told that the call has closed."
            trigger={<Button>Close call</Button>}
            footer={
              <>
                <DialogClose>
                  <Button variant="quiet">Keep it open</Button>
                </DialogClose>
                <DialogClose>
                  <Button variant="danger">Close the call</Button>
                </DialogClose>
              </>
            }
          >
            <p className="text-ink-2 text-sm">Bids already sent stay binding until 21 December 2026.</p>
          </Dialog>
          <SignDialog
            subject="Protocol v2"
            meaning="I have read this protocol and approve it for reading as clinical lead."
            signerName="Ana Lima"
            askTitle
            contentHash="9f2c41aa07e5b31d6c0f8e2a45d1b7739f2c41aa07e5b31d6c0f8e2a45d1b773"
            trigger={<Button>Sign protocol v2</Button>}
            onSign={async (signature) => {
              if (signature.password === 'wrong') return 'That password is not right. Nothing was signed.';
              toast.success('Protocol v2 is signed');
              return undefined;
            }}
          />
          <Sheet
            title="History of this label"
            description="Case 0142, field grade"
            trigger={<Button>Open history</Button>}
          >
            <ProvenanceSample />
          </Sheet>
          <DropdownMenu
            trigger={<Button size="icon" aria-label="More" icon={<Ellipsis aria-hidden />} />}
            entries={[
              { kind: 'heading', label: 'Bid' },
              { label: 'Edit bid', icon: <Pencil aria-hidden />, shortcut: 'E', onSelect: noop },
              { label: 'Duplicate', hint: 'As a new draft', onSelect: noop },
              { kind: 'separator' },
              { label: 'Withdraw bid', icon: <Trash2 aria-hidden />, danger: true, onSelect: noop },
              { label: 'Award', disabled: true, onSelect: noop },
            ]}
          />
          <Tooltip label="Locked at claim: a later change of price does not touch it">
            <Button>Pay for this case</Button>
          </Tooltip>
          <Button
            onClick={() =>
              toast('Label submitted', {
                description: 'You can undo for 10 minutes.',
                action: { label: 'Undo', onClick: noop },
              })
            }
          >
            Submit label
          </Button>
        </div>
      </Sample>
      <Sample name="ShortcutHelp (press ?)">
        <p className="text-ink-2 text-sm">
          Press ? anywhere for the keys of this page, Ctrl K to find something.
        </p>
      </Sample>
    </Section>
  );
}
