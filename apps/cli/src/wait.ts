import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 1000;

/** Asks once a second until there is an answer; undefined when the seconds are over. */
export async function pollUntil<Answer>(
  seconds: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= end) return answer;
    await delay(POLL_MS);
  }
}

/** Resolves with the first signal that asks this process to end. */
export function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
}
