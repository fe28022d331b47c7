import type { Command } from 'commander';

import type { FindOptions, MessageHit, MessageHits } from '#client';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { plainPassage } from '../documentWords.js';
import { dayOf } from '../messageWords.js';
import { ProgressLine } from '../progressLine.js';
import { catchUpIfOnline, withClient } from '../session.js';
import type { Session } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { isolate, oneLine, wrap } from '../terminal/text.js';
import { wholeNumber } from '../values.js';

interface FindFlags extends VaultFlags {
  readonly limit: number;
  readonly best?: boolean;
  readonly before?: string;
}

const READING_WIDTH = 80;
const MATCH = /\ue000([^\ue001]*)\ue001/gu;
const STEPS = 5;

export function findCommand(terminal: Terminal): Command {
  return vaultCommand(
    'find',
    'Search your own messages. The search happens on this device; the server learns nothing of it. Words, "phrases", beginnings*, ' +
      '-exclusions, from:person (or from:me), in:conversation, before:2026-11-01, after:2026-10.',
    'chancery find quota from:leila after:2026-05',
    `chancery find '"water of the Karsu" -draft' --best`,
  )
    .argument('<words...>', 'what to look for')
    .option('--limit <number>', 'how many hits', wholeNumber(1, 100), 20)
    .option('--best', 'the best of the newest 500 hits first, instead of the newest')
    .option('--before <cursor>', 'go on where an earlier search ended')
    .action(
      withClient<FindFlags, [string[]]>(terminal, async (session, flags, words) => {
        await catchUpIfOnline(session);
        await finishIndex(session);
        const query = words.join(' ');
        const found = await session.client.search.find(query, optionsOf(flags));
        session.report.result(jsonOf(query, found), () => foundWords(terminal, found));
      }),
    );
}

/** After a vault of an older version was opened, or much history was restored. */
async function finishIndex({ client, report }: Session): Promise<void> {
  const line = new ProgressLine(report);
  for (let left = await client.search.index(STEPS); left > 0; left = await client.search.index(STEPS)) {
    line.show(`${String(left)} messages are still to be indexed …`);
  }
  line.clear();
}

function optionsOf({ limit, best, before }: FindFlags): FindOptions {
  return { limit, ...(best === true && { order: 'best' }), ...(before !== undefined && { before }) };
}

function jsonOf(query: string, { hits, before }: MessageHits): object {
  return {
    query,
    hits: hits.map(({ message, conversationName, passage }) => ({
      ...message,
      conversationName,
      ...plainPassage(passage),
    })),
    before: before ?? null,
  };
}

function foundWords(terminal: Terminal, { hits, before }: MessageHits): string {
  const { colours } = terminal;
  if (hits.length === 0) return colours.dim('No message on this device fits.');
  const more = before === undefined ? [] : [colours.dim(`There is more: --before ${before}`)];
  return [...hits.map((hit) => hitWords(terminal, hit)), ...more].join('\n\n');
}

function hitWords(terminal: Terminal, { message, conversationName, passage }: MessageHit): string {
  const { colours } = terminal;
  const width = Math.min(READING_WIDTH, terminal.width) - 2;
  const { senderName, sentAt, marking, givenBy } = message;
  const giver = givenBy && !givenBy.own ? colours.yellow(`handed over by ${isolate(oneLine(givenBy.personName))}`) : '';
  return [
    [colours.bold(isolate(oneLine(senderName))), isolate(oneLine(conversationName)), colours.dim(dayOf(sentAt)), giver]
      .filter((part) => part !== '')
      .join('  '),
    `  ${colours.inverse(` ${marking} `)}`,
    ...wrap(oneLine(passage), width).map((line) => `  ${isolate(line)}`),
  ]
    .join('\n')
    .replace(MATCH, (_, word: string) => colours.bold(colours.yellow(word)))
    .replaceAll(/[\ue000\ue001]/gu, '');
}
