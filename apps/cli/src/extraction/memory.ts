import { readFileSync } from 'node:fs';

/** Resident memory of another process in bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    return 0;
  }
}

/** The most memory that was seen, in bytes. */
export interface MemoryPeaks {
  readonly parent: number;
  readonly worker: number;
  /** Both at one moment. */
  readonly together: number;
}

/** Looks at the memory of this process and of a worker from time to time, and keeps the peaks. */
export class MemoryWatch {
  private seen = { parent: 0, worker: 0, together: 0 };

  get peaks(): MemoryPeaks {
    return this.seen;
  }

  /** Resident memory of the worker now. */
  look(pid: number | undefined): number {
    const parent = process.memoryUsage.rss();
    const worker = pid === undefined ? 0 : residentBytes(pid);
    this.seen = {
      parent: Math.max(this.seen.parent, parent),
      worker: Math.max(this.seen.worker, worker),
      together: Math.max(this.seen.together, parent + worker),
    };
    return worker;
  }
}
