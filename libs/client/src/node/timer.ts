import type { Timer } from '../ports/timer.js';

/** The machine's clock; a waiting timer does not keep the process alive. */
export const systemTimer: Timer = {
  now: () => new Date(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
