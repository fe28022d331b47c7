import type { Timer } from '../ports/timer.js';

/** The machine's clock. A browser ends a worker with its window, whatever it waits for. */
export const browserTimer: Timer = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
