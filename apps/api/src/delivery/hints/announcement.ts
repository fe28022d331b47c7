import type { LogEvent } from './logEvents.js';

/** Topic of the pub/sub port: something was added to groups' orders. Ids and numbers only. */
export const APPENDED_TOPIC = 'delivery.appended';

/** What other instances are told of an event; they read the envelopes themselves, when somebody there wants them. */
export interface Announcement {
  readonly kind: LogEvent['kind'];
  readonly groupId: string;
  readonly groupEpoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** An announcement takes at most 70 characters, and a payload has 7999 bytes. */
const MAX_ANNOUNCED = 100;
const LINE = /^(APPENDED|COMMITTED|CREATED) ([0-9a-f]{32}) (\d{1,10}) (\d{1,10}) (\d{1,10})$/;

export function announcementOf({ kind, groupId, groupEpoch, lastSeq, envelopes }: LogEvent): Announcement {
  return { kind, groupId, groupEpoch, firstSeq: envelopes[0]?.seq ?? lastSeq, lastSeq };
}

/** Joins announcements about one group in one epoch into one; the others keep their order. */
export function coalesce(announcements: readonly Announcement[]): Announcement[] {
  const joined: Announcement[] = [];
  const places = new Map<string, number>();
  for (const next of announcements) {
    const place = places.get(next.groupId);
    const last = place === undefined ? undefined : joined[place];
    if (place !== undefined && last && isContinuedBy(last, next)) joined[place] = { ...last, lastSeq: next.lastSeq };
    else places.set(next.groupId, joined.push(next) - 1);
  }
  return joined;
}

function isContinuedBy(last: Announcement, next: Announcement): boolean {
  const isSameEpoch = last.groupEpoch === next.groupEpoch && last.kind === 'APPENDED' && next.kind === 'APPENDED';
  return isSameEpoch && next.firstSeq === last.lastSeq + 1;
}

/** Payloads for the pub/sub port: the first line names the instance, each other line is an announcement. */
export function encodeAnnouncements(instanceId: string, announcements: readonly Announcement[]): string[] {
  const payloads: string[] = [];
  for (let from = 0; from < announcements.length; from += MAX_ANNOUNCED) {
    const lines = announcements.slice(from, from + MAX_ANNOUNCED).map(encodeLine);
    payloads.push([instanceId, ...lines].join('\n'));
  }
  return payloads;
}

/** Undefined for what this instance published itself; lines that are no announcements are passed over. */
export function decodeAnnouncements(instanceId: string, payload: string): Announcement[] | undefined {
  if (payload.startsWith(`${instanceId}\n`)) return undefined;
  return payload.split('\n').flatMap(decodeLine);
}

function encodeLine({ kind, groupId, groupEpoch, firstSeq, lastSeq }: Announcement): string {
  return [kind, groupId, String(groupEpoch), String(firstSeq), String(lastSeq)].join(' ');
}

function decodeLine(line: string): Announcement[] {
  const match = LINE.exec(line);
  if (!match) return [];
  const [, kind, groupId = '', groupEpoch, firstSeq, lastSeq] = match;
  const numbers = { groupEpoch: Number(groupEpoch), firstSeq: Number(firstSeq), lastSeq: Number(lastSeq) };
  return [{ kind: kind as Announcement['kind'], groupId, ...numbers }];
}
