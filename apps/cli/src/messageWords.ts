import type { MessageView, ReceiptView } from '#client';

import type { Terminal } from './terminal/terminal.js';
import { harmless, isolate, oneLine, wrap } from './terminal/text.js';
import { sizeWords } from './transferLine.js';

const INDENT = '       ';
const READING_WIDTH = 76;
/** Kinds that say what happened, in one dim line. */
const RESPONSES: Partial<Record<MessageView['kind'], string>> = {
  reaction: 'gives',
  withdrawal: 'takes back',
  acknowledgement: 'acknowledges a message',
};
const EVENTS: ReadonlySet<string> = new Set(['membership', 'rename', 'history', ...Object.keys(RESPONSES)]);

/** A message as it stands in a conversation: time, sender, precedence, text. The text fits the terminal. */
export function messageWords(terminal: Terminal, message: MessageView, receipts: readonly ReceiptView[] = []): string {
  const { colours } = terminal;
  if (EVENTS.has(message.kind)) return colours.dim(`${INDENT}${eventWords(message)}`);
  if (message.kind === 'notice') return colours.yellow(`${INDENT}! ${oneLine(message.text)}`);
  const head = [
    timeOf(message.sentAt),
    colours.bold(isolate(oneLine(message.senderName))),
    ...marksOf(terminal, message),
  ];
  const state = stateWords(message, receipts);
  const lines = [
    head.join('  '),
    ...quoteLines(terminal, message),
    ...bodyLines(terminal, message.text),
    ...fileLines(terminal, message),
    ...responseLines(terminal, message),
  ];
  return [...lines, ...(state === '' ? [] : [colours.dim(INDENT + state)])].join('\n');
}

function eventWords(message: MessageView): string {
  const text = isolate(oneLine(message.text));
  const response = RESPONSES[message.kind];
  if (response !== undefined) return `${isolate(oneLine(message.senderName))} ${response} ${text}`.trimEnd();
  return message.kind === 'rename' ? `${isolate(oneLine(message.senderName))} named this conversation ${text}` : text;
}

function marksOf({ colours }: Terminal, { precedence, marking, replaces, edits, givenBy }: MessageView): string[] {
  const urgent = precedence === 'FLASH' || precedence === 'IMMEDIATE';
  const words = precedence === 'ROUTINE' ? [] : [urgent ? colours.red(precedence) : colours.yellow(precedence)];
  const giver =
    givenBy && !givenBy.own ? [colours.yellow(`(handed over by ${isolate(oneLine(givenBy.personName))})`)] : [];
  const corrected = replaces === undefined && edits === 0 ? [] : [colours.dim('(corrected)')];
  return [...words, colours.dim(marking), ...corrected, ...giver];
}

/** What it answers, in one line. */
function quoteLines({ colours, width }: Terminal, { quote }: MessageView): string[] {
  if (!quote) return [];
  const words = isolate(
    oneLine(`${quote.senderName}: ${quote.text}`).slice(0, Math.min(READING_WIDTH, width) - INDENT.length),
  );
  return [colours.dim(`${INDENT}> ${words}`)];
}

/** Who has given which sign, and who has acknowledged. */
function responseLines({ colours }: Terminal, { reactions, acknowledgements }: MessageView): string[] {
  const namesOf = (people: readonly { readonly personName: string }[]): string =>
    people.map(({ personName }) => isolate(oneLine(personName))).join(', ');
  const signs = reactions.map(({ sign, people }) => `${sign} ${namesOf(people)}`);
  const all = [...signs, ...(acknowledgements.length > 0 ? [`acknowledged by ${namesOf(acknowledgements)}`] : [])];
  return all.length === 0 ? [] : [colours.dim(`${INDENT}${all.join('  ')}`)];
}

/** With the command that saves them. */
function fileLines({ colours }: Terminal, { attachments, id }: MessageView): string[] {
  const lines = attachments.map(({ name, size }) => `${INDENT}${isolate(oneLine(name))}  ${sizeWords(size)}`);
  return lines.length === 0 ? [] : [...lines, colours.dim(`${INDENT}chancery attachment save ${id}`)];
}

function bodyLines(terminal: Terminal, text: string): string[] {
  const width = Math.min(READING_WIDTH, terminal.width - INDENT.length);
  return wrap(harmless(text), width).map((line) => (line === '' ? '' : INDENT + isolate(line)));
}

/** How far one's own message has come, from the receipts that this client has verified. */
function stateWords(message: MessageView, receipts: readonly ReceiptView[]): string {
  if (!message.own) return '';
  if (message.state === 'waiting') return 'waiting in the outbox';
  if (message.state === 'refused') return `refused: ${message.problem?.message ?? 'the server did not take it'}`;
  const { seq } = message;
  if (seq === undefined) return 'accepted';
  const count = (kind: ReceiptView['kind']): number =>
    new Set(receipts.filter((receipt) => receipt.kind === kind && receipt.upTo >= seq).map(({ personId }) => personId))
      .size;
  const [delivered, read] = [count('DELIVERED'), count('READ')];
  return delivered + read === 0 ? 'accepted' : `accepted, delivered to ${Math.max(delivered, read)}, read by ${read}`;
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const timeOf = (instant: string): string => time.format(new Date(instant));
/** For the line that begins a day, in the reader's time zone. */
export const dayOf = (instant: string): string => day.format(new Date(instant));
