import { memory } from '../process.js';

const EVERY_MS = 20;

/** Resident memory of a process, in MiB. */
export interface Peak {
  /** When it was asked to watch itself. */
  readonly idle: number;
  /** The most since then. */
  readonly peak: number;
}

let idle = 0;
let peak = 0;
let timer: NodeJS.Timeout | undefined;

/** Looks at its own memory often enough to see what lasts. */
export const peakHandlers = {
  watch: (): void => {
    clearInterval(timer);
    idle = peak = memory().rss;
    timer = setInterval(() => (peak = Math.max(peak, memory().rss)), EVERY_MS).unref();
  },
  peak: (): Peak => ({ idle, peak: Math.max(peak, memory().rss) }),
};
