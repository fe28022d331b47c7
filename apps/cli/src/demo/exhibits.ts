import { decodeEnvelopeHeader } from '#contracts';
import { envelopeOf } from '#mls/wire';
import { parseLabel } from '#policy';

import type { Colours } from '../terminal/terminal.js';
import { harmless, wrap } from '../terminal/text.js';
import { POSTS } from './cast.js';
import type { Delivered } from './correspondence.js';
import type { StoredRow } from './evidence.js';
import type { Answer } from './library.js';
import { countWords } from './longReport.js';
import type { Line, Narrator } from './narrator.js';
import type { Player } from './stage.js';

type Reading = Delivered['readBy'][number];

/** Lines of a message that are shown whole, and of a longer one the beginning. */
const LONGEST_MESSAGE = 10;
const EXCERPT = 7;
const HEX_BYTES_A_LINE = 11;

/** A message as one of its readers sees it, and beside it the row that the server has stored. */
export function showMessage(narrator: Narrator, delivered: Delivered, reading: Reading, row: StoredRow): void {
  narrator.pair(readerLines(narrator, delivered, reading), serverLines(narrator.colours, row));
}

function readerLines(
  { colours, leftWidth }: Narrator,
  { sample, sender }: Delivered,
  { player, message }: Reading,
): Line[] {
  const { precedence, canary } = sample;
  const lines = wrap(harmless(message.text).replaceAll('\n\n', ' · ').slice(0, 2000), leftWidth);
  const whole = lines.length <= LONGEST_MESSAGE;
  const marked = (text: string): string => text.replaceAll(canary, (word) => colours.bold(colours.yellow(word)));
  const urgent = precedence === 'FLASH' || precedence === 'IMMEDIATE' ? colours.red : colours.bold;
  return [
    { text: `${player.name} sees (${placeOf(player)}, ${timeAt(player, message.sentAt)})`, paint: colours.green },
    { text: `${sender.name}${precedence === 'ROUTINE' ? '' : `, ${precedence}`}`, paint: urgent },
    ...(whole ? lines : lines.slice(0, EXCERPT)).map((text) => ({ text, paint: marked })),
    ...(whole ? [] : [{ text: restWords(message.text, sample.text), paint: colours.dim }]),
  ];
}

function restWords(shown: string, written: string): string {
  const count = countWords(shown).toLocaleString('en');
  return shown === written
    ? `… ${count} words, each as it was written`
    : `… ${count} words, not those that were written`;
}

/** Everything here is read from the row itself, as the server could. */
function serverLines(colours: Colours, { groupId, seq, epoch, senderDevice, acceptedAt, payload }: StoredRow): Line[] {
  const header = decodeEnvelopeHeader(envelopeOf(payload).authenticatedData);
  return [
    { text: 'The server saw', paint: colours.red },
    { text: `conversation ${groupId.slice(0, 12)}…` },
    { text: `place ${seq}, epoch ${epoch}` },
    { text: `device …${senderDevice.slice(-8)}, ${acceptedAt.toISOString().slice(11, 19)} UTC` },
    { text: `${levelOf(header?.label ?? '')}, ${header?.precedence.toLowerCase() ?? ''}` },
    { text: `${payload.length.toLocaleString('en')} bytes` },
    { text: hexOf(payload.subarray(0, HEX_BYTES_A_LINE)), paint: colours.dim },
    { text: '…', paint: colours.dim },
    { text: hexOf(payload.subarray(-HEX_BYTES_A_LINE)), paint: colours.dim },
  ];
}

const hexOf = (bytes: Buffer): string => (bytes.toString('hex').match(/../gu) ?? []).join(' ');
const levelOf = (label: string): string => parseLabel(label)?.level ?? '';

function placeOf({ post }: Player): string {
  const found = POSTS.find(({ key }) => key === post);
  return found?.kind === 'MISSION' ? found.name.replace(/^.* in /u, '') : 'headquarters';
}

export function timeAt({ post }: Pick<Player, 'post'>, instant: string): string {
  const timeZone = POSTS.find(({ key }) => key === post)?.timeZone ?? 'UTC';
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

const MOST_HITS = 4;
const SHORT: Readonly<Record<string, string>> = { UNCLASSIFIED: 'U', RESTRICTED: 'R', CONFIDENTIAL: 'C', SECRET: 'S' };

/** What two people find for the same words, beside each other; what only one of them may see is marked. */
export function showSearch(narrator: Narrator, answers: readonly Answer[]): void {
  const columns = answers.map((answer) => {
    const others = answers.filter((other) => other !== answer);
    return answerLines(narrator.colours, answer, new Set(others.flatMap(({ hits }) => hits.map(({ title }) => title))));
  });
  narrator.pair(columns[0] ?? [], columns[1] ?? []);
}

function answerLines(
  colours: Colours,
  { query, person, clearance, hits }: Answer,
  seenByOthers: ReadonlySet<string>,
): Line[] {
  const shown = hits.slice(0, MOST_HITS);
  const rest = hits.length - shown.length;
  return [
    { text: `“${query}”`, paint: colours.bold },
    { text: `${person} (${clearance}): ${hits.length} papers`, paint: colours.green },
    ...shown.map(({ title, marking }) => ({
      text: `${SHORT[marking.split(' ')[0] ?? ''] ?? '?'}  ${title}`,
      paint: (text: string) => (seenByOthers.has(title) ? text : colours.red(text)),
    })),
    ...(rest > 0 ? [{ text: `   and ${rest} more`, paint: colours.dim }] : []),
  ];
}
