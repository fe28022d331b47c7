import type { Browser, Locator } from 'playwright-core';

import { percentile } from '../table.js';
import { installClock, slowProcessor, takeSlowEvents } from './clock.js';
import type { SlowEvent } from './clock.js';

/** Somebody who types fast, and thinks after every twentieth key: that is when the draft is kept. */
const BETWEEN_KEYS_MS = 60;
const THINKING_MS = 400;
const KEYS_BEFORE_THINKING = 20;
const TEXT =
  'the delegation of peru asks for the second draft by noon, @dilnoza rashidova says that it is with legal; ';
/** Event Timing keeps nothing that took less. */
const LEAST_MS = 16;
const BARE = 'data:text/html,<textarea autofocus></textarea>';

/** From a key until what it changed is painted, in milliseconds; what took under 16 counts as 16. */
export interface Typing {
  readonly keys: number;
  readonly p95Ms: number;
  readonly longestMs: number;
}

/** Types into a field, and leaves it empty. */
export async function measureTyping(field: Locator, rate: number, keys: number): Promise<Typing> {
  const page = field.page();
  await field.focus();
  await slowProcessor(page, rate);
  await takeSlowEvents(page);
  for (let key = 0; key < keys; key++) {
    await page.keyboard.type(TEXT.charAt(key % TEXT.length));
    const isThinking = key % KEYS_BEFORE_THINKING === KEYS_BEFORE_THINKING - 1;
    await page.waitForTimeout(isThinking ? THINKING_MS : BETWEEN_KEYS_MS);
  }
  await page.waitForTimeout(THINKING_MS);
  const events = await takeSlowEvents(page);
  await slowProcessor(page, 1);
  await field.fill('');
  return typingOf(events, keys);
}

/** The same in a field of an empty page: what browser and machine take by themselves. */
export async function measureBareTyping(browser: Browser, rate: number, keys: number): Promise<Typing> {
  const page = await browser.newPage();
  try {
    await installClock(page);
    await page.goto(BARE);
    return await measureTyping(page.locator('textarea'), rate, keys);
  } finally {
    await page.close();
  }
}

function typingOf(events: readonly SlowEvent[], keys: number): Typing {
  const longest = new Map<number, number>();
  for (const { name, duration, interactionId } of events) {
    if (name.startsWith('key') && interactionId > 0)
      longest.set(interactionId, Math.max(longest.get(interactionId) ?? 0, duration));
  }
  const quick = Array.from({ length: Math.max(0, keys - longest.size) }, () => LEAST_MS);
  const durations = [...quick, ...longest.values()].sort((one, other) => one - other);
  return { keys, p95Ms: percentile(durations, 0.95), longestMs: durations.at(-1) ?? LEAST_MS };
}
