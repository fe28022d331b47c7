import type { TransferProgress } from '#client';

import { ProgressLine } from './progressLine.js';
import type { Report } from './report.js';

const MIB = 1024 * 1024;

/** Shows how far files have come, while `work` runs. */
export async function showingTransfers<Result>(
  report: Report,
  verb: string,
  work: (onProgress: (progress: TransferProgress) => void) => Promise<Result>,
): Promise<Result> {
  const line = new ProgressLine(report);
  try {
    return await work((progress) => {
      line.show(transferWords(verb, progress));
    });
  } finally {
    line.clear();
  }
}

/** `Sending map.pdf: 3.0 MiB of 12.4 MiB` */
export function transferWords(verb: string, { name, done, size }: TransferProgress): string {
  return `${verb} ${name}: ${sizeWords(done)} of ${sizeWords(size)}`;
}

/** For people: `812 bytes`, `3.4 KiB`, `1.2 MiB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < MIB ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}
