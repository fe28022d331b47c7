import { cpus, loadavg, totalmem } from 'node:os';

import type { Browser } from 'playwright-core';

import { round } from '../table.js';

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGiB: number;
  /** Tasks that wanted a processor in the minute before: with more than a few, times say little. */
  readonly load: number;
  readonly node: string;
  readonly chromium: string;
}

export function machineOf(browser: Browser): Machine {
  const all = cpus();
  const processor = all[0]?.model.trim() ?? 'unknown';
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const load = round(loadavg()[0] ?? 0);
  return { processor, processors: all.length, memoryGiB, load, node: process.version, chromium: browser.version() };
}
