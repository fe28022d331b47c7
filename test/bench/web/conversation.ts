import type { Locator, Page } from 'playwright-core';

import { hireInBrowser } from '../../support/browser.js';
import type { BrowserPerson } from '../../support/browser.js';
import { labelAt, PASSPHRASE } from '../../support/clients.js';
import { endFirstVisit } from '../../support/slowLine.js';
import { round } from '../table.js';
import { arrival, installClock, press, slowProcessor } from './clock.js';
import type { Arrival } from './clock.js';
import { FIELD, loadOf } from './loading.js';
import type { Load } from './loading.js';
import { repeat, spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import type { Stage } from './stage.js';

const LONG = 'Long talks';
const SHORT = 'Short talks';
const SHORT_MESSAGES = 20;
/** Written together: the client sends them in batches. */
const AT_ONCE = 500;
/** Everything is here within this time, however many messages have come. */
const PATIENCE_MS = 45 * 60_000;
const WRONG = 'input[aria-invalid="true"]';
const ROWS = '[role="row"]';

/** From the click on a row until the messages and the field to answer are painted, and the page answers. */
export interface Opening {
  readonly shownMs: Spread;
  readonly interactiveMs: Spread;
}

export interface Start {
  /** From the navigation until the field for the passphrase is there, and the page answers. */
  readonly field: Opening;
  /** From the click on Open until the list is there, and the page answers. */
  readonly list: Opening;
  /** As much of that as the passphrase costs by itself, in milliseconds: the time that a wrong one takes. */
  readonly passphraseMs: Spread;
  /** What a browser that has nothing fetches for all of this. */
  readonly load: Load;
}

/** Somebody at a browser with a long conversation and a short one, all of which they have read. */
export class Reader {
  private constructor(
    readonly page: Page,
    /** From the click on Open until the last of the messages was there. */
    readonly fetchedSeconds: number,
    /** Where its reader left off, at its beginning. */
    readonly openedUnread: Arrival,
  ) {}

  /** @param say hears how far the messages are written */
  static async settle(stage: Stage, messages: number, say: (words: string) => void): Promise<Reader> {
    const anna = await hireInBrowser(stage.browser, stage.ministry, 'Anna Petrova');
    await stage.writer.client.catchUp();
    const ids = [await begin(stage, SHORT, anna), await begin(stage, LONG, anna)] as const;
    for (const name of [SHORT, LONG]) await rowOf(anna.page, name).waitFor();
    await endFirstVisit(anna, stage.line);
    await write(stage, ids[0], SHORT_MESSAGES, () => undefined);
    await write(stage, ids[1], messages, say);
    const page = await anna.page.context().newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await installClock(page);
    await page.goto(stage.line.url);
    say('the browser fetches them');
    const startedAt = performance.now();
    await unlock(page);
    const unread = `${messages.toLocaleString('en')} unread messages`;
    await rowOf(page, LONG).getByLabel(unread, { exact: true }).waitFor();
    const fetchedSeconds = round((performance.now() - startedAt) / 1000);
    const openedUnread = await press(rowOf(page, LONG), opened(LONG));
    const reader = new Reader(page, fetchedSeconds, openedUnread);
    await reader.readAll();
    return reader;
  }

  /** Starts again, as after a night, on a processor that is slowed down. */
  async measureStart({ built }: Stage, rate: number, times: number): Promise<Start> {
    await slowProcessor(this.page, rate);
    const starts = await repeat(times, () => this.startOnce());
    await slowProcessor(this.page, 1);
    return {
      load: await loadOf(this.page, built),
      field: openingOf(starts.map(({ field }) => field)),
      list: openingOf(starts.map(({ list }) => list)),
      passphraseMs: spreadOf(starts.map(({ wrong }) => wrong.shown)),
    };
  }

  /** The long conversation and the short one in turn. */
  async measureOpening(rate: number, times: number): Promise<{ readonly long: Opening; readonly short: Opening }> {
    await slowProcessor(this.page, rate);
    const pairs = await repeat(times, async () => [await this.open(SHORT), await this.open(LONG)] as const);
    await slowProcessor(this.page, 1);
    return { short: openingOf(pairs.map(([short]) => short)), long: openingOf(pairs.map(([, long]) => long)) };
  }

  /** The long conversation as the first one after the vault was opened. */
  async measureFirstOpening(times: number): Promise<Opening> {
    const arrivals = await repeat(times, async () => {
      await this.page.goto(new URL('/conversations', this.page.url()).href);
      await unlock(this.page);
      return this.open(LONG);
    });
    return openingOf(arrivals);
  }

  open(name: string): Promise<Arrival> {
    return press(rowOf(this.page, name), opened(name));
  }

  /** The field to write in, of the long conversation. */
  async field(): Promise<Locator> {
    if ((await this.page.locator(opened(LONG)).count()) === 0) await this.open(LONG);
    return this.page.locator(opened(LONG));
  }

  private async startOnce() {
    await this.page.goto(new URL('/conversations', this.page.url()).href);
    const field = await arrival(this.page, FIELD);
    const wrong = await submit(this.page, 'nobody knows this one', WRONG);
    const list = await submit(this.page, PASSPHRASE, ROWS);
    return { field, wrong, list };
  }

  /** Whoever answers stands at the end, and has seen it all. */
  private async readAll(): Promise<void> {
    await (await this.field()).fill('I have read it.');
    await this.page.keyboard.press('Control+Enter');
    await rowOf(this.page, LONG)
      .getByLabel(/unread/u)
      .waitFor({ state: 'detached' });
  }
}

async function begin({ writer }: Stage, name: string, { personId }: BrowserPerson): Promise<string> {
  const label = labelAt('SECRET');
  return (await writer.client.createConversation({ name, label, personIds: [personId] })).id;
}

async function write({ writer }: Stage, id: string, count: number, say: (words: string) => void): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index + 1);
    const words = (number: number): string =>
      `Point ${String(number)}: the delegation asks for the second draft by noon.`;
    await Promise.all(numbers.map((number) => writer.client.send(id, { text: words(number) })));
    say(`${String(Math.min(count, from + AT_ONCE))} of ${String(count)} messages written`);
  }
}

const rowOf = (page: Page, name: string): Locator => page.getByRole('row', { name });

/** The field of a conversation whose messages are there too. */
const opened = (name: string): string => `section[aria-label="${name}"]:has([data-message]) textarea`;

async function unlock(page: Page): Promise<void> {
  await submit(page, PASSPHRASE, ROWS);
}

async function submit(page: Page, passphrase: string, awaited: string): Promise<Arrival> {
  await page.locator(FIELD).fill(passphrase);
  return press(page.getByRole('button', { name: 'Open', exact: true }), awaited);
}

const openingOf = (arrivals: readonly Arrival[]): Opening => ({
  shownMs: spreadOf(arrivals.map(({ shown }) => shown)),
  interactiveMs: spreadOf(arrivals.map(({ interactive }) => interactive)),
});
