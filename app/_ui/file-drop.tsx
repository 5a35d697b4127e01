'use client';

import { FileText, Upload, X } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { useFieldControl } from './field.tsx';

export type FileDropProps = {
  /** As in `<input accept>`: ".csv,.jsonl". */
  accept?: string | undefined;
  multiple?: boolean | undefined;
  name?: string | undefined;
  /** What may be dropped: "CSV or JSON Lines, up to 50 MB". */
  hint?: ReactNode;
  onFiles: (files: File[]) => void;
  disabled?: boolean | undefined;
};

/** Chosen files that are named one by one; hundreds of images are not. */
const SHOWN = 20;

const sizeWords = (bytes: number) =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

/** A place to drop files or to choose them; shows what was taken. Checking them is the caller's part. */
export function FileDrop({ accept, multiple = false, name, hint, onFiles, disabled = false }: FileDropProps) {
  const field = useFieldControl();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [files, setFiles] = useState<File[]>([]);

  function take(list: FileList | null) {
    const taken = [...(list ?? [])].slice(0, multiple ? undefined : 1);
    setFiles(taken);
    onFiles(taken);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (!disabled) take(event.dataTransfer.files);
  }

  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same by keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cn(
          'flex flex-wrap items-center gap-3 rounded-lg border border-control border-dashed p-4 transition-colors duration-[120ms]',
          over && 'border-accent bg-accent-soft',
        )}
      >
        <input
          {...field}
          ref={input}
          type="file"
          {...(name === undefined ? {} : { name })}
          {...(accept === undefined ? {} : { accept })}
          multiple={multiple}
          disabled={disabled}
          onChange={(event) => take(event.target.files)}
          className="peer sr-only"
        />
        <Button
          icon={<Upload aria-hidden />}
          disabled={disabled}
          tabIndex={-1}
          aria-hidden
          onClick={() => input.current?.click()}
          className="peer-focus-visible:outline-2 peer-focus-visible:outline-focus peer-focus-visible:outline-offset-2"
        >
          Choose {multiple ? 'files' : 'a file'}
        </Button>
        <span className="text-ink-2 text-sm">
          or drop {multiple ? 'them' : 'it'} here
          {hint ? <span className="block text-ink-3 text-xs">{hint}</span> : null}
        </span>
      </div>
      {files.length === 0 ? null : (
        <ul className="mt-2 flex flex-col gap-1">
          {files.slice(0, SHOWN).map((file) => (
            <li key={`${file.name}-${file.size}`} className="flex h-8 items-center gap-2 text-sm">
              <FileText aria-hidden className="size-4 shrink-0 text-ink-3" />
              <span className="min-w-0 truncate">{file.name}</span>
              <span className="text-ink-3 text-xs">{sizeWords(file.size)}</span>
              <Button
                variant="quiet"
                size="icon-sm"
                aria-label={`Remove ${file.name}`}
                icon={<X aria-hidden />}
                onClick={() => {
                  const left = files.filter((other) => other !== file);
                  if (input.current) input.current.value = '';
                  setFiles(left);
                  onFiles(left);
                }}
              />
            </li>
          ))}
          {files.length > SHOWN ? (
            <li className="text-ink-3 text-sm">and {(files.length - SHOWN).toLocaleString('en')} more</li>
          ) : null}
        </ul>
      )}
    </div>
  );
}
