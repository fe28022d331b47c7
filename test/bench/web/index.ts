import { parseArgs } from 'node:util';

import { Reader } from './conversation.js';
import { measureSlowLine } from './line.js';
import { measureFirstVisit } from './loading.js';
import { machineOf } from './machine.js';
import { goalsOf, printTables } from './report.js';
import type { Report } from './report.js';
import { setUp } from './stage.js';
import type { Closers, Stage } from './stage.js';
import { measureBareTyping, measureTyping } from './typing.js';

const MESSAGES = 10_000;
const KEYS = 200;
const REPEATS = 5;
/** How much slower the page's processor is where it is slowed down. */
const SLOWER = 4;
const QUICK = { messages: 1_000, keys: 60, repeats: 2 };

/**
 * The browser client in Chromium: its first visit, its start, a long conversation, typing, a thin line. Server, PostgreSQL, browser and whoever writes share
 * one machine. `--messages N` in the long conversation, `--repeats N`; `--quick` takes a tenth of the messages and fewer repeats.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      messages: { type: 'string' },
      repeats: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const usual = values.quick ? QUICK : { messages: MESSAGES, keys: KEYS, repeats: REPEATS };
  const messages = Number(values.messages ?? usual.messages);
  const repeats = Number(values.repeats ?? usual.repeats);
  if (!isCount(messages) || !isCount(repeats)) throw new Error('--messages and --repeats are whole numbers from 1 on');
  const startedAt = performance.now();
  const closers: Closers = [];
  try {
    const stage = await setUp(closers);
    const measured = await measureAll(stage, { messages, keys: usual.keys, repeats });
    const report = { ...measured, seconds: Math.round((performance.now() - startedAt) / 1000) };
    if (!values.json) printTables(report);
    process.stdout.write(`${JSON.stringify({ ...report, goals: goalsOf(report) })}\n`);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

interface Amounts {
  readonly messages: number;
  readonly keys: number;
  readonly repeats: number;
}

async function measureAll(stage: Stage, { messages, keys, repeats }: Amounts): Promise<Omit<Report, 'seconds'>> {
  const machine = machineOf(stage.browser);
  say('first visits');
  const firstVisit = await measureFirstVisit(stage, SLOWER, repeats);
  say('a thin line');
  const slowLine = await measureSlowLine(stage, repeats);
  const reader = await Reader.settle(stage, messages, say);
  say('opening the conversation');
  const opening = await reader.measureOpening(1, repeats * 2);
  const openingSlowed = await reader.measureOpening(SLOWER, repeats);
  const firstOpening = await reader.measureFirstOpening(repeats);
  say('typing');
  const field = await reader.field();
  const typing = await measureTyping(field, 1, keys);
  const typingSlowed = await measureTyping(field, SLOWER, keys);
  const bare = await measureBareTyping(stage.browser, 1, keys);
  const bareSlowed = await measureBareTyping(stage.browser, SLOWER, keys);
  say('starting');
  const start = await reader.measureStart(stage, SLOWER, repeats);
  const { fetchedSeconds, openedUnread } = reader;
  return {
    machine,
    slower: SLOWER,
    firstVisit,
    start,
    conversation: { messages, fetchedSeconds, openedUnread, opening, openingSlowed, firstOpening },
    typing: { typing, typingSlowed, bare, bareSlowed },
    slowLine,
  };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** With the seconds since the start. */
function say(words: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${words}\n`);
}
