import { dateInText } from '../dates.js';
import type { Heading, Mark } from './head.js';

/** Who sends and who receives, in the words of the heading. */
export interface Parties {
  readonly from?: string;
  readonly to?: string;
}

/** Words whose own “to” belongs to them: Mission to the United Nations, Ambassador to the Soviet Union. */
const TO_BELONGS =
  /(?:Mission|Delegation|Representative|Ambassador|Minister|Observer|Adviser|Advisor|Assistant|Assistants|Counselor|Consultant|Envoy|Deputy|Liaison|Delegate|Secretary|Parties)$/u;

const mark = (heading: Heading, kind: Mark['kind']): Mark | undefined => heading.marks.find((one) => one.kind === kind);

/** Where a heading's own date and place begin: “, Washington, May 13, 1957, 12:30 p.m.” */
function tailStart({ text, marks }: Heading): number {
  const dated = marks.find(({ kind }) => kind === 'date')?.start ?? writtenDate(text);
  const tail = dated ?? /,\s+undated\b/u.exec(text)?.index;
  if (tail === undefined) return text.length;
  const place = marks.find(
    ({ kind, start, end }) => kind === 'place' && start < tail && /^[,\s]*$/u.test(text.slice(end, tail)),
  );
  const before = place !== undefined && /,\s*$/u.test(text.slice(0, place.start + 1)) ? place.start : tail;
  const parenthesis =
    dated === undefined || marks.some(({ kind }) => kind === 'date') ? -1 : text.lastIndexOf('),', before);
  return parenthesis > 0 ? parenthesis + 1 : before;
}

function writtenDate(text: string): number | undefined {
  const match =
    /,?\s+(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+\d|\d{1,2}\s+[A-Z][a-z]+,?\s+\d{4})/u.exec(
      text,
    );
  return match !== null && dateInText(text.slice(match.index)) !== undefined ? match.index : undefined;
}

function tidy(party: string): string | undefined {
  const plain = party
    .replace(/^[\s,;:]+|[\s,;:>]+$/gu, '')
    .replace(/^the\s+/iu, '')
    .replace(/(?<=[\p{Ll})\d])\.$/u, '');
  return plain === '' ? undefined : plain;
}

function pair(from: string, to: string): Parties {
  const [sender, receiver] = [tidy(from), tidy(to)];
  return { ...(sender === undefined ? {} : { from: sender }), ...(receiver === undefined ? {} : { to: receiver }) };
}

/**
 * Where the word between two parties stands, from `start` on and before `end`. Without a receiver that is marked, a “to”
 * that belongs to an office is none.
 */
function divider(text: string, word: string, start: number, end: number, forced: boolean): number | undefined {
  const found = [...text.slice(start, end).matchAll(new RegExp(`\\s${word}(?=\\s)`, 'gu'))].map(
    ({ index }) => start + index,
  );
  const afterComma = word === 'to' ? found.find((at) => text[at - 1] === ',') : undefined;
  const afterName = found.find((at) => text[at - 1] === ')');
  const free = found.find((at) => !TO_BELONGS.test(text.slice(0, at)));
  return afterComma ?? afterName ?? free ?? (forced ? found.at(-1) : undefined);
}

/** Divides the parties that begin at `start`; where the encoding marks them, it says where to look. */
function divided(heading: Heading, text: string, start: number, word: string): Parties {
  const marked = heading.marks.filter(({ kind, end }) => (kind === 'from' || kind === 'to') && end > start);
  const receiver = marked.length > 1 ? marked.at(-1) : marked.find(({ kind }) => kind === 'to');
  const sender = marked.find((one) => one !== receiver);
  const from = Math.max(start, sender?.end ?? start);
  const at =
    divider(text, word, from, receiver === undefined ? text.length : receiver.start + 1, true) ??
    divider(text, word, start, text.length, false);
  if (at === undefined) return pair(text.slice(start), '');
  const office = word === 'to' && TO_BELONGS.test(text.slice(0, at));
  return pair(text.slice(start, office ? text.length : at), text.slice(at + word.length + 1));
}

/** “by X” without what X writes about, and before whom. */
const author = (text: string): string =>
  text.replace(/\s(?:(?:Before|Concerning|Regarding)\s|on\s(?:the\s)?\p{Lu}).*$/u, '').replace(/:\s.*$/u, '');

/** “Prepared by X for Y”; an office may have a “for” of its own: Assistant Secretary of State for Public Affairs (Allen). */
function forWhom(text: string): [from: string, to: string] {
  const match =
    /^(.*?)(?<!\b(?:State|Defense|Assistant|Adviser|Director|Secretary|Committee))\sfor\s(?:the\s)?(?!.*\()(.+)$/u.exec(
      text,
    );
  return match === null ? [text, ''] : [match[1] ?? '', match[2] ?? ''];
}

function written(heading: Heading, text: string): Parties {
  const reversed = /\sto\s(.+?)\sby\s(.+)$/u.exec(text);
  if (reversed !== null && heading.marks.every(({ kind }) => kind !== 'from')) {
    return pair(author(reversed[2] ?? ''), reversed[1] ?? '');
  }
  const prepared = /\sPrepared\sfor\s(.+?)\sby\s(.+)$/u.exec(text);
  if (prepared !== null) return pair(prepared[2] ?? '', prepared[1] ?? '');
  const by = /\s(Prepared\sin|(?:Prepared\s)?by)\s/u.exec(text);
  if (by === null) return {};
  const start = by.index + by[0].length;
  if (by[1] !== 'by') return pair(...forWhom(text.slice(start)));
  const whole = text.slice(0, start) + author(text.slice(start));
  const receiver = heading.marks.some(({ kind }) => kind === 'to');
  if (receiver || divider(whole, 'to', start, whole.length, false) !== undefined)
    return divided(heading, whole, start, 'to');
  return pair(whole.slice(start), '');
}

/**
 * Sender and receiver of a heading such as “Telegram From the Embassy in Israel to the Department of State”, “Memorandum of a
 * Conversation Between X and Y”, “Report to Y by X”, “The Ambassador in Cuba (Norweb) to the Secretary of State”.
 */
export function partiesOf(heading: Heading): Parties {
  const text = heading.text.slice(0, tailStart(heading));
  const between = /\sBetween\s/u.exec(text);
  if (between !== null) return divided(heading, text, between.index + between[0].length, 'and');
  const from = /\s[Ff]rom\s/u.exec(text);
  const extract = /^Extracts?\s/u.test(text) && mark(heading, 'from') === undefined;
  if (extract) return {};
  if (from !== null) return divided(heading, text, from.index + from[0].length, 'to');
  if (/\s(?:by|Prepared|Approved)\s/u.test(text)) return written(heading, text);
  const marked = mark(heading, 'from') !== undefined && mark(heading, 'to') !== undefined;
  if (marked && /^(?:The|Mr\.|Mrs\.|Miss|Sir|Dr\.)\s/u.test(text))
    return divided(heading, text, 0, /\sto\s/u.test(text) ? 'to' : 'of');
  return {};
}
