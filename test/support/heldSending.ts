import type { Page } from 'playwright-core';

import { until } from './until.js';

/** In the page: messages on their way to the worker wait until they are let go, or come back refused. */
const HOLD = `(() => {
  const post = Worker.prototype.postMessage;
  const held = [];
  Worker.prototype.postMessage = function (call, ...rest) {
    if (call.area !== 'correspondence' || call.method !== 'send') return post.call(this, call, ...rest);
    held.push((refused) => {
      if (refused) call.parameters[0] = 'f'.repeat(32);
      post.call(this, call, ...rest);
    });
  };
  window.letGo = (refused) => held.shift()(refused);
  window.isHeld = () => held.length > 0;
  window.holdNoMore = () => { Worker.prototype.postMessage = post; };
})()`;

/** As on a slow line: what is sent in this window stays in it. */
export const holdSending = (page: Page): Promise<void> => page.evaluate(HOLD);

export const holdNoMore = (page: Page): Promise<void> => page.evaluate('window.holdNoMore()');

/** Lets the oldest message go, which the ministry then takes or refuses. */
export async function letGo(page: Page, isRefused = false): Promise<void> {
  await until(() => page.evaluate<boolean>('window.isHeld()'));
  await page.evaluate(`window.letGo(${String(isRefused)})`);
}
