import { setTimeout as pause } from 'node:timers/promises';

import type { Timer } from '../ports/timer.js';

/** The machine's clock; work for later does not keep the process alive. */
export const systemTimer: Timer = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
  pause: (milliseconds) => pause(milliseconds),
};
