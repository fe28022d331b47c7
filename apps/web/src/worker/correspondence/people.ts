import type { Client, ConversationView, PersonView } from '#client';
import { canRead, dominates, marking, rankOf } from '#policy';
import type { Label, PolicyCategory, SecurityPolicy } from '#policy';

import { standingOf } from '../standing.js';
import type { Candidate, LabelChoices, MemberCard, Obstacle, Reach } from './protocol.js';

export async function candidatesFor(client: Client, label: Label): Promise<Candidate[]> {
  const [people, { personId }] = await Promise.all([client.people(), client.whoami()]);
  return people
    .filter(({ id }) => id !== personId)
    .map((person) => ({
      id: person.id,
      name: person.name,
      standing: standingOf(person),
      obstacle: obstacleOf(person, label, client.knownPolicy()),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function obstacleOf(person: PersonView, label: Label, policy: SecurityPolicy): Obstacle | undefined {
  if (person.revoked) return 'revoked';
  if (person.verification === 'changed') return 'changed';
  if (!canRead(person.clearance, label, policy, new Date())) return 'clearance';
  return person.devices.some(({ revoked }) => !revoked) ? undefined : 'device';
}

/** The members as cards, in the order of their names. */
export async function memberCards(client: Client, { members }: ConversationView): Promise<MemberCard[]> {
  const [people, { personId }, zones] = await Promise.all([client.people(), client.whoami(), zonesOf(client)]);
  const byId = new Map(people.map((person) => [person.id, person]));
  return members
    .map(({ personId: id, personName: name }) => {
      const person = byId.get(id);
      return {
        ...{ id, name, own: id === personId },
        ...{
          postId: person?.postId ?? '',
          standing: person ? standingOf(person) : '',
          zone: zones.get(person?.postId ?? ''),
        },
        ...{ revoked: person?.revoked ?? true, verification: person?.verification ?? 'unverified' },
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

async function zonesOf(client: Client): Promise<ReadonlyMap<string, string>> {
  return new Map((await client.knownPosts()).map(({ id, timeZone }) => [id, timeZone]));
}

export async function reachOf(client: Client, { members, label }: ConversationView, chosen = label): Promise<Reach> {
  const byId = new Map((await client.people()).map((person) => [person.id, person]));
  const policy = client.knownPolicy();
  const now = new Date();
  const isCleared = (id: string): boolean => canRead(byId.get(id)?.clearance, chosen, policy, now);
  return {
    marking: marking(chosen, policy),
    people: members.length,
    posts: new Set(members.map(({ personId }) => byId.get(personId)?.postId)).size,
    uncleared: members.flatMap(({ personId, personName }) => (isCleared(personId) ? [] : [personName])),
  };
}

/** Nobody writes what they could not read, nor above what the conversation is for. */
export async function labelChoices(client: Client, ceiling: Label | undefined): Promise<LabelChoices> {
  const policy = client.knownPolicy();
  const { clearance } = await client.whoami();
  const held = clearance === undefined ? -1 : (rankOf(clearance.level, policy) ?? -1);
  const isCovered = ({ id: level }: { readonly id: string }): boolean =>
    ceiling === undefined || dominates(ceiling, { ...ceiling, level }, policy);
  const levels = policy.levels.filter((level) => level.rank <= held && isCovered(level));
  const limits = ceiling?.categories ?? clearance?.categories ?? [];
  return {
    policy: policy.id,
    levels: levels.toSorted((one, other) => one.rank - other.rank).map(choiceOf),
    categories: policy.categories
      .map((category) => ({
        tag: category.tag,
        name: category.name ?? category.prefix ?? category.tag,
        values: valuesWithin(category, limits).map(choiceOf),
      }))
      .filter(({ values }) => values.length > 0),
  };
}

function valuesWithin({ tag, type, values }: PolicyCategory, limits: Label['categories']) {
  if (type === 'INFORMATIVE') return values;
  const held = limits.find((category) => category.tag === tag)?.values ?? [];
  return values.filter(({ id }) => held.includes(id));
}

const choiceOf = ({ id, marking: words }: { readonly id: string; readonly marking: string }) => ({
  id,
  marking: words,
});
