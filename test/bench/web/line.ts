import { hireInBrowser } from '../../support/browser.js';
import { labelAt } from '../../support/clients.js';
import { endFirstVisit, SLOW, visit } from '../../support/slowLine.js';
import { repeat, spreadOf } from './spread.js';
import type { Spread } from './spread.js';
import type { Stage } from './stage.js';

const CONVERSATION = 'From the mission';
const WAITING = 20;

/** From the first request of a window on. */
export interface SlowLine {
  readonly bitsPerSecond: number;
  readonly delayMs: number;
  readonly waiting: number;
  readonly toFieldSeconds: Spread;
  readonly toReadSeconds: Spread;
  readonly toSentSeconds: Spread;
  readonly sentBytes: Spread;
  readonly receivedBytes: Spread;
  /** Of one visit, in their order; files that the browser has itself are left out. */
  readonly requests: readonly string[];
}

/** Somebody who has been here once opens the client on a thin line, reads what waits and answers. */
export async function measureSlowLine(stage: Stage, times: number): Promise<SlowLine> {
  const { browser, ministry, writer, line } = stage;
  const person = await hireInBrowser(browser, ministry, 'Bruno Quispe');
  const options = { name: CONVERSATION, label: labelAt('SECRET'), personIds: [person.personId] };
  await writer.client.catchUp();
  const { id } = await writer.client.createConversation(options);
  await person.page.getByRole('row', { name: CONVERSATION }).waitFor();
  await endFirstVisit(person, line);
  let round = 0;
  const visits = await repeat(times, async () => {
    round += 1;
    const texts = Array.from(
      { length: WAITING },
      (_, index) => `Round ${String(round)}, point ${String(index + 1)}: we go on at nine.`,
    );
    for (const text of texts) await writer.client.send(id, { text });
    const answer = `Received in round ${String(round)}.`;
    return visit(person, line, { conversation: CONVERSATION, texts, answer, writer });
  });
  return {
    ...SLOW,
    waiting: WAITING,
    toFieldSeconds: spreadOf(visits.map(({ toFieldSeconds }) => toFieldSeconds)),
    toReadSeconds: spreadOf(visits.map(({ toReadSeconds }) => toReadSeconds)),
    toSentSeconds: spreadOf(visits.map(({ toSentSeconds }) => toSentSeconds)),
    sentBytes: spreadOf(visits.map(({ traffic }) => traffic.sent)),
    receivedBytes: spreadOf(visits.map(({ traffic }) => traffic.received)),
    requests: (visits.at(-1)?.requests ?? []).filter((name) => !name.startsWith('/')),
  };
}
