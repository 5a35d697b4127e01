import { readFileSync } from 'node:fs';

/**
 * The most memory this process has held, in MB. On Linux from the kernel's own mark of it: the figure of `resourceUsage` begins
 * with the peak of the process that started this one.
 */
export function peakMemoryMb(): number {
  try {
    const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (mark) return Number(mark[1]) / 1024;
  } catch {
    // No /proc here: elsewhere a process begins with a mark of its own.
  }
  return process.resourceUsage().maxRSS / 1024;
}
