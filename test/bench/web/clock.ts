import type { Locator, Page } from 'playwright-core';

/** A task of the page that lasts longer keeps a person waiting who presses a key meanwhile; see Long Tasks of the W3C. */
const QUIET_MS = 1_000;

/**
 * In the page, before anything of it runs: remembers tasks of more than 50 ms and events that took long, and tells when something has been painted. All
 * times are milliseconds since the navigation began, by the page's own clock.
 */
const CLOCK = `(() => {
  const tasks = [];
  const events = [];
  const watch = (type, keep, options) => new PerformanceObserver((list) => list.getEntries().forEach(keep))
    .observe({ type, buffered: true, ...options });
  watch('longtask', ({ startTime, duration }) => tasks.push({ startTime, duration }), {});
  watch('event', ({ name, duration, interactionId }) =>
    events.push({ name, duration, interactionId }), { durationThreshold: 16 });
  const isThere = (selector) => {
    const found = document.querySelector(selector);
    return found !== null && found.getClientRects().length > 0;
  };
  const painted = (selector) => new Promise((resolve) => {
    const look = () => {
      if (!isThere(selector)) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    look();
  });
  const settled = async (selector, quiet) => {
    const shown = await painted(selector);
    const busyUntil = () => tasks.reduce((end, { startTime, duration }) => Math.max(end, startTime + duration), shown);
    while (performance.now() - busyUntil() < quiet) await new Promise((resolve) => setTimeout(resolve, 50));
    return { shown, interactive: busyUntil() };
  };
  const clicked = () => new Promise((resolve) =>
    addEventListener('click', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }));
  const settledAfterClick = async (selector, quiet) => {
    const begin = await clicked();
    const { shown, interactive } = await settled(selector, quiet);
    return { shown: shown - begin, interactive: interactive - begin };
  };
  globalThis.bench = { events, settled, settledAfterClick };
})()`;

/** Milliseconds since the navigation began, or since a click. */
export interface Arrival {
  /** Until what was waited for had been painted. */
  readonly shown: number;
  /** … and the page answered: the end of the last task over 50 ms before a second without one. */
  readonly interactive: number;
}

/** An event of the page that took at least 16 ms, as Event Timing of the W3C has it. */
export interface SlowEvent {
  readonly name: string;
  /** From the event until the next paint; the browser rounds it to 8 ms. */
  readonly duration: number;
  /** Events of one key have one. */
  readonly interactionId: number;
}

/** Puts the clock into every document of a page. */
export async function installClock(page: Page): Promise<void> {
  await page.addInitScript({ content: CLOCK });
}

/** Slows the page's main thread down, by the browser's own tools; they leave workers as they are. */
export async function slowProcessor(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Waits until something is there and the page answers. */
export function arrival(page: Page, selector: string): Promise<Arrival> {
  return page.evaluate<Arrival>(`bench.settled(${JSON.stringify(selector)}, ${String(QUIET_MS)})`);
}

/** Clicks, and waits for what comes of it; time begins with the click in the page, whatever it took to drive the mouse there. */
export async function press(pressed: Locator, awaited: string): Promise<Arrival> {
  const script = `bench.settledAfterClick(${JSON.stringify(awaited)}, ${String(QUIET_MS)})`;
  const waiting = pressed.page().evaluate<Arrival>(script);
  await pressed.click();
  return waiting;
}

/** Those since the last look. */
export function takeSlowEvents(page: Page): Promise<SlowEvent[]> {
  return page.evaluate<SlowEvent[]>('bench.events.splice(0)');
}
