import { useIntl } from 'react-intl';

import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import type { Said } from '#client';

/** Names of what the ministry's roles, powers and reasons are, in the reader's language; unknown ones stay as they are. */
export function useTerm(): (kind: 'role' | 'power' | 'reason' | 'said' | 'auditKind', id: string) => string {
  const { messages } = useIntl();
  const text = useText();
  return (kind, id) => {
    const key = `${kind}.${id}`;
    return Object.hasOwn(messages, key) ? text(key as TextId) : id;
  };
}

/** A statement in one sentence of the reader's language, made from its parts. */
export function useSaid(): (said: Said) => string {
  const text = useText();
  const term = useTerm();
  const { formatDate, formatList } = useIntl();
  const list = (items: readonly string[]): string => formatList(items, { type: 'conjunction' });
  const day = (time: string | undefined): string =>
    time === undefined ? '' : formatDate(time, { dateStyle: 'medium', timeStyle: 'short' });
  const named = (thing: { readonly id: string; readonly name: string } | undefined): string => {
    if (!thing) return '—';
    return thing.name === '' ? thing.id : isolated(thing.name);
  };
  return (said) => {
    const { person, post, device, roles = [], powers = [], devices = [], levels, posts, type } = said;
    const isEmpty = (type === 'appoint' && powers.length === 0) || (type === 'assign' && roles.length === 0);
    return text(isEmpty ? (`says.${type}.none` as TextId) : (`says.${type}` as TextId), {
      person: named(person),
      post: named(post),
      device: named(device),
      reason: term('reason', said.reason ?? ''),
      title: isolated(said.title ?? ''),
      hasTitle: said.title === undefined ? 'no' : 'yes',
      roles: list(roles.map((role) => term('role', role))),
      powers: list(powers.map((power) => term('power', power))),
      marking: said.marking ?? '',
      until: day(said.until),
      hasUntil: said.until === undefined ? 'no' : 'yes',
      deadline: day(said.deadline),
      scope: scopeOf(levels, posts?.map(named)),
      name: isolated(said.name ?? ''),
      devices: devices.length,
      people: new Set(devices.map((one) => one.person)).size,
      number: said.number ?? '',
      hash: (said.hash ?? '').slice(0, 16),
      purpose: said.purpose ?? '',
      entry: said.entry ?? 0,
    });
  };
  function scopeOf(levels: readonly string[] | undefined, posts: readonly string[] | undefined): string {
    const parts = [...(levels ?? []), ...(posts ?? [])];
    return parts.length === 0 ? text('campaign.everything') : list(parts);
  }
}

/** Somebody's words inside a sentence, whichever way either runs. */
const isolated = (words: string): string => (words === '' ? '' : `\u2068${words}\u2069`);
