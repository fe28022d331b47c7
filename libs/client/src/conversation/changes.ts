import { decode, encode } from 'cborg';

import type { ConversationChange } from '../types.js';

/** Stands first, so that no content of a message is taken for a change. */
const DOMAIN = 'chancery change v1';
const MAX_NAME = 200;
const MAX_PEOPLE = 10_000;

/** As it is kept beside its words: for the vault, the sealed history, and members to whom it is handed. */
export function encodeChange(change: ConversationChange): Uint8Array {
  return encode([DOMAIN, change]);
}

/** Undefined for anything that no client writes, and for lines that were kept in words alone. */
export function decodeChange(bytes: Uint8Array | undefined): ConversationChange | undefined {
  const value = bytes && decodeOrNothing(bytes);
  if (!Array.isArray(value) || value.length !== 2 || value[0] !== DOMAIN) return undefined;
  const change: unknown = value[1];
  return isMap(change) ? read(change) : undefined;
}

/** In English, for who has nothing better. */
export function changeWords(change: ConversationChange): string {
  switch (change.kind) {
    case 'members':
      return `${actorName(change.actor)} ${clausesOf(change).join(' and ')}.`;
    case 'stuck':
      return `A device of ${shown(change.person)} could not follow a change of the membership; another member brings it back.`;
    case 'moved':
      return `${actorName(change.actor)} moved the conversation to ${change.suite}.`;
    case 'handedOver': {
      const count = change.count === 1 ? '1 earlier message' : `${String(change.count)} earlier messages`;
      return `${shown(change.giver)} handed ${count} over to ${listed(change.to)}.`;
    }
  }
}

function clausesOf({ added, removed }: ConversationChange & { readonly kind: 'members' }): string[] {
  return [
    ...(added.length > 0 ? [`added ${listed(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${listed(removed)}`] : []),
  ];
}

const actorName = (actor: string | null): string => (actor === null ? 'The server' : shown(actor));
const shown = (name: string): string => (name === '' ? 'an unknown device' : name);
const listed = (names: readonly string[]): string => names.map(shown).join(', ');

function decodeOrNothing(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

function read(value: Readonly<Record<string, unknown>>): ConversationChange | undefined {
  const { kind, actor, added, removed, person, suite, giver, to, count } = value;
  const hasActor = actor === null || isName(actor);
  if (kind === 'members' && hasActor && areNames(added) && areNames(removed)) return { kind, actor, added, removed };
  if (kind === 'stuck' && isName(person)) return { kind, person };
  if (kind === 'moved' && hasActor && isName(suite)) return { kind, actor, suite };
  if (kind === 'handedOver' && isName(giver) && areNames(to) && isCount(count)) return { kind, giver, to, count };
  return undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_NAME;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const areNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= MAX_PEOPLE && value.every(isName);
