/**
 * The oracle of histories. It holds what the devices show against what the test wrote down itself and against the server's table of places:
 * whatever is lost, doubled, out of order, out of a device's time as a member, or missing without being reported is a complaint.
 */
import type { Sent } from './ledger.js';
import type { Withheld } from './line.js';
import type { ReadLine } from './protocol.js';

/** An application message at its place, as the server's database has it. */
export interface Place {
  readonly seq: number;
  readonly senderDevice: string;
}

/** The places that a device is given, both included; `last` is undefined while it is a member. */
export interface Membership {
  readonly first: number;
  readonly last: number | undefined;
}

/** One device's history of one conversation, and what it ought to be held against. */
export interface History {
  readonly tag: string;
  readonly deviceId: string;
  readonly conversation: string;
  readonly isRevoked: boolean;
  readonly lines: readonly ReadLine[];
  readonly memberships: readonly Membership[];
}

interface Received {
  readonly seq: number;
  readonly sender: string;
  readonly text: string;
}

const RANGE = /^Messages? (\d+)(?: to (\d+))? (?:is|are) missing: the server does not give them out\.$/u;
const COUNTED = /^(?:A message|\d+ messages) by .* (?:is|are) missing before this one\.$/u;
const CONTENT = ['text', 'rename', 'unknown'];

/** Complaints about one history; `places` are those of its conversation. */
export function judgeHistory(history: History, places: readonly Place[], withheld: readonly Withheld[]): string[] {
  const all = receivedIn(history);
  // a device that is revoked is cut off wherever it stood; messages of its own may have been taken for places that it never came to
  const others = all.filter(({ sender }) => sender !== history.deviceId);
  const end = history.isRevoked ? (others.at(-1)?.seq ?? 0) : Infinity;
  const received = all.filter(({ seq }) => seq <= end);
  const keptBack = new Set(withheld.filter((one) => concerns(one, history)).map(({ seq }) => seq));
  const given = places.filter(({ seq }) => seq <= end && history.memberships.some((time) => isWithin(seq, time)));
  const complaints = [
    ...judgeOrder(received),
    ...judgePlaces(received, given, keptBack),
    ...judgeNotices(history, keptBack, end),
  ];
  return complaints.map((complaint) => `${history.tag} in ${history.conversation.slice(0, 4)}: ${complaint}`);
}

/** Complaints about histories that differ, and about senders whose messages are lost, doubled or out of their order. */
export function judgeTogether(histories: readonly History[], sent: readonly Sent[]): string[] {
  const complaints: string[] = [];
  for (const conversation of new Set(histories.map((history) => history.conversation))) {
    const here = histories.filter((history) => history.conversation === conversation);
    const all = new Map<number, Received>();
    for (const history of here) complaints.push(...merge(all, history));
    const order = [...all.values()].sort((one, other) => one.seq - other.seq);
    for (const history of here) {
      const own = sent.filter((each) => each.tag === history.tag && each.conversation === conversation);
      complaints.push(...judgeSender(history, order, own));
    }
  }
  return complaints;
}

function concerns({ deviceId, groupId }: Withheld, history: History): boolean {
  return deviceId === history.deviceId && groupId === history.conversation;
}

function receivedIn({ lines }: History): Received[] {
  return lines.flatMap(([seq, kind, sender, text]) =>
    seq !== null && CONTENT.includes(kind) ? [{ seq, sender: sender ?? '', text }] : [],
  );
}

function judgeOrder(received: readonly Received[]): string[] {
  return received.flatMap(({ seq }, index) =>
    index > 0 && seq <= (received[index - 1]?.seq ?? 0) ? [`place ${String(seq)} is doubled or out of order`] : [],
  );
}

function judgePlaces(received: readonly Received[], given: readonly Place[], keptBack: ReadonlySet<number>): string[] {
  const there = new Map(received.map((one) => [one.seq, one]));
  const complaints = given.flatMap(({ seq, senderDevice }) => {
    const found = there.get(seq);
    if (!found) return keptBack.has(seq) ? [] : [`place ${String(seq)} is lost`];
    if (keptBack.has(seq)) return [`place ${String(seq)} was kept back and is here`];
    return found.sender === senderDevice ? [] : [`place ${String(seq)} has another sender`];
  });
  const known = new Set(given.map(({ seq }) => seq));
  const beyond = received.filter(({ seq }) => !known.has(seq));
  return [...complaints, ...beyond.map(({ seq }) => `place ${String(seq)} was not for this device`)];
}

function isWithin(seq: number, { first, last }: Membership): boolean {
  return seq >= first && seq <= (last ?? Infinity);
}

/** Each place that was kept back is named by a notice, and there is no notice without a reason. */
function judgeNotices({ lines }: History, keptBack: ReadonlySet<number>, end: number): string[] {
  const notices = lines.flatMap(([, kind, , text]) => (kind === 'notice' ? text.split('\n') : []));
  const reported = new Set<number>();
  const complaints: string[] = [];
  for (const text of notices) {
    const range = RANGE.exec(text);
    if (range) for (let seq = Number(range[1]); seq <= Number(range[2] ?? range[1]); seq++) reported.add(seq);
    else if (!COUNTED.test(text) || keptBack.size === 0) complaints.push(`says for no reason: ${text}`);
  }
  const unreported = [...keptBack].filter((seq) => seq <= end && !reported.has(seq));
  const unfounded = [...reported].filter((seq) => !keptBack.has(seq));
  return [
    ...complaints,
    ...unreported.map((seq) => `the gap at place ${String(seq)} is not reported`),
    ...unfounded.map(
      (seq) => `place ${String(seq)} is called missing, and was given out; it says: ${notices.join(' ')}`,
    ),
  ];
}

/** One list for all: at each place the same message by the same sender. */
function merge(all: Map<number, Received>, history: History): string[] {
  const complaints: string[] = [];
  for (const received of receivedIn(history)) {
    const known = all.get(received.seq);
    if (known && (known.text !== received.text || known.sender !== received.sender)) {
      complaints.push(`${history.tag} has another message at place ${String(received.seq)}`);
    }
    all.set(received.seq, received);
  }
  return complaints;
}

/** A sender's numbers stand in the order once and ascending; none is left out but those of which the device itself says that they wait. */
function judgeSender(history: History, order: readonly Received[], sent: readonly Sent[]): string[] {
  const { tag, lines, deviceId, isRevoked } = history;
  const texts = order.filter(({ sender, text }) => sender === deviceId && text.startsWith(`${tag} `));
  const numbers = texts.map(({ text }) => Number(text.split(' ')[1]));
  const unsent = lines.filter(([seq, kind]) => seq === null && kind === 'text');
  const excused = new Set(unsent.map(([, , , text]) => Number(text.split(' ')[1])));
  const there = new Set(numbers);
  const complaints = numbers.flatMap((number, index) =>
    index > 0 && number <= (numbers[index - 1] ?? 0) ? [`${String(number)} is doubled or out of order`] : [],
  );
  const last = Math.max(0, ...numbers, ...sent.map(({ number }) => number));
  for (let number = 1; number <= last; number++) {
    if (!there.has(number) && !excused.has(number)) complaints.push(`${String(number)} is lost`);
  }
  for (const { number, state } of sent) {
    if (state === 'accepted' && !there.has(number)) complaints.push(`${String(number)} was accepted and is lost`);
  }
  if (!isRevoked && unsent.some(([, , , , state]) => state === 'waiting')) complaints.push('something still waits');
  return complaints.map((complaint) => `the messages of ${tag}: ${complaint}`);
}
