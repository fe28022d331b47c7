import type { Goal } from '../api/report.js';
import { round, table } from '../table.js';
import type { Arrival } from './clock.js';
import type { Opening, Start } from './conversation.js';
import type { SlowLine } from './line.js';
import type { FirstVisit } from './loading.js';
import type { Machine } from './machine.js';
import type { Spread } from './spread.js';
import type { Typing } from './typing.js';

export interface Report {
  readonly machine: Machine;
  /** How much slower the page's processor was for what is called slowed. */
  readonly slower: number;
  readonly firstVisit: FirstVisit;
  readonly start: Start;
  readonly conversation: {
    readonly messages: number;
    /** From the click on Open until all messages were in the vault, in seconds. */
    readonly fetchedSeconds: number;
    readonly openedUnread: Arrival;
    readonly opening: { readonly long: Opening; readonly short: Opening };
    readonly openingSlowed: { readonly long: Opening; readonly short: Opening };
    /** Right after the vault was opened. */
    readonly firstOpening: Opening;
  };
  /** Beside the same in a field of an empty page. */
  readonly typing: {
    readonly typing: Typing;
    readonly typingSlowed: Typing;
    readonly bare: Typing;
    readonly bareSlowed: Typing;
  };
  readonly slowLine: SlowLine;
  readonly seconds: number;
}

const KB = 1000;
const INTERACTIVE_MS = 1500;
const LOAD_KB = 350;
const OPENING_MS = 300;
const KEY_MS = 50;
const LINE_SECONDS = 15;

/** Medians, and the longest where nothing may take longer. */
export function goalsOf({ firstVisit, start, conversation, typing, slowLine, slower }: Report): Goal[] {
  const atMost = (name: string, value: number, most: number): Goal => {
    return { name, value: round(value), goal: `<= ${String(most)}`, met: value <= most };
  };
  const { opening, firstOpening, messages } = conversation;
  const { sentBytes, receivedBytes, bitsPerSecond, toSentSeconds } = slowLine;
  const slowed = `, ${String(slower)} times slower: ms`;
  const long = `open a conversation of ${String(messages)}`;
  const budget = (LINE_SECONDS * bitsPerSecond) / 8 / KB;
  return [
    atMost('first visit, page until the first screen: kB gzip', firstVisit.load.page.gzip / KB, LOAD_KB),
    atMost('page until the list of conversations: kB gzip', start.load.page.gzip / KB, LOAD_KB),
    atMost(`first visit, interactive${slowed}`, firstVisit.interactiveMs.median, INTERACTIVE_MS),
    atMost(`start, field interactive${slowed}`, start.field.interactiveMs.median, INTERACTIVE_MS),
    atMost(`start, list interactive without the passphrase's cost${slowed}`, unlockedMs(start), INTERACTIVE_MS),
    atMost(`${long}: ms`, opening.long.interactiveMs.median, OPENING_MS),
    atMost(`${long}, right after the vault: ms`, firstOpening.interactiveMs.median, OPENING_MS),
    atMost('a key, the longest: ms', typing.typing.longestMs, KEY_MS),
    atMost('thin line, 20 read and one sent: s', toSentSeconds.median, LINE_SECONDS),
    atMost('thin line, to the server: kB', sentBytes.max / KB, budget),
    atMost('thin line, to the browser: kB', receivedBytes.max / KB, budget),
  ];
}

/** What opening the vault takes beside what a guess of the passphrase is meant to cost. */
function unlockedMs({ list, passphraseMs }: Start): number {
  return Math.max(0, list.interactiveMs.median - passphraseMs.median);
}

export function printTables(report: Report): void {
  const { machine, seconds } = report;
  const { processor, processors, memoryGiB, load, node, chromium } = machine;
  const hardware = `${String(processors)} × ${processor}, ${String(memoryGiB)} GiB, load ${String(load)}`;
  const on = `${hardware}, Node ${node}, Chromium ${chromium}`;
  const parts = [loadTable(report), timeTable(report), typingTable(report), lineTable(report.slowLine)];
  process.stdout.write(`${[...parts, goalTable(report)].join('\n')}\n\n${String(seconds)} s on ${on}\n\n`);
}

function loadTable({ firstVisit, start }: Report): string {
  const rows = (['page', 'worker', 'wasm'] as const).map((name) => {
    const { files, gzip, sent } = firstVisit.load[name];
    const list = start.load[name].gzip;
    return [name, String(files), (gzip / KB).toFixed(1), (sent / KB).toFixed(1), (list / KB).toFixed(1)];
  });
  const head = ['', 'files', 'kB gzip', 'kB sent', 'until the list, kB gzip'];
  return table('Until the first useful screen of a first visit', head, rows);
}

function timeTable({ firstVisit, start, conversation, slower }: Report): string {
  const { messages, opening, openingSlowed, firstOpening, openedUnread, fetchedSeconds } = conversation;
  const slowed = `${String(slower)} times slower`;
  const line = (name: string, spread: Spread) => [name, ...cells(spread)];
  const both = (name: string, { shownMs, interactiveMs }: Opening) => [
    line(`${name}: painted`, shownMs),
    line(`${name}: interactive`, interactiveMs),
  ];
  const long = `open ${String(messages)} messages`;
  const rows = [
    ...both(`first visit, ${slowed}`, firstVisit),
    ...both(`start, field, ${slowed}`, start.field),
    ...both(`start, list, ${slowed}`, start.list),
    line('as much of it for the passphrase', start.passphraseMs),
    ...both(long, opening.long),
    ...both(`${long}, ${slowed}`, openingSlowed.long),
    ...both(`${long}, right after the vault`, firstOpening),
    ...both('open 20 messages', opening.short),
    ...both(`open 20 messages, ${slowed}`, openingSlowed.short),
  ];
  const ratio = opening.long.shownMs.median / opening.short.shownMs.median;
  return [
    table('Times (ms)', ['', 'min', 'median', 'max', 'samples'], rows),
    `The long conversation opens in ${ratio.toFixed(2)} times the time of one of 20 messages; with everything unread once in ${openedUnread.interactive.toFixed(0)} ms. ` +
      `From Open until all of it was fetched: ${fetchedSeconds.toFixed(0)} s.`,
  ].join('\n');
}

function typingTable({ typing, slower }: Report): string {
  const row = (name: string, own: Typing, bare: Typing) => {
    const numbers = [own.p95Ms, own.longestMs, bare.p95Ms, bare.longestMs, own.keys];
    return [name, ...numbers.map((value) => value.toFixed(0)), (own.p95Ms / bare.p95Ms).toFixed(2)];
  };
  const head = ['', 'p95', 'longest', 'p95, empty page', 'longest, empty page', 'keys', 'p95 / empty page'];
  const rows = [
    row('as it is', typing.typing, typing.bare),
    row(`${String(slower)} times slower`, typing.typingSlowed, typing.bareSlowed),
  ];
  return table('Typing in the long conversation, key to paint (ms; 16 is the least)', head, rows);
}

function lineTable(line: SlowLine): string {
  const title = `${String(line.bitsPerSecond / KB)} kbit/s, ${String(line.delayMs)} ms, ${String(line.waiting)} messages wait`;
  const rows = [
    ['field for the passphrase, s', ...cells(line.toFieldSeconds)],
    ['all read, s', ...cells(line.toReadSeconds)],
    ['answer received by the other side, s', ...cells(line.toSentSeconds)],
    ['bytes to the server', ...cells(line.sentBytes)],
    ['bytes to the browser', ...cells(line.receivedBytes)],
  ];
  const asked = `Asked in one visit: ${line.requests.join(' ')}`;
  return [table(title, ['', 'min', 'median', 'max', 'samples'], rows), asked].join('\n');
}

const cells = ({ min, median, max, samples }: Spread): string[] => [min, median, max, samples].map(String);

function goalTable(report: Report): string {
  const rows = goalsOf(report).map(({ name, value, goal, met }) => [name, String(value), goal, met ? 'yes' : 'NO']);
  return table('Goals', ['', 'measured', 'goal', 'met'], rows);
}
