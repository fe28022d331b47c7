import type { SecurityPolicy } from '#policy';
import { toHex } from '#primitives';
import type { Directory, PersonRecord, RevocationReason, RotateIdentity, StatementBody } from '#transparency';

import type { PostView } from '../types.js';
import { identityNumber } from '../verification/safetyNumber.js';

const REASONS: Readonly<Record<RevocationReason, string>> = {
  COMPROMISED: 'compromised',
  LOST: 'lost',
  RETIRED: 'retired',
  STOLEN: 'stolen',
  WITHDRAWN: 'withdrawn',
};

/** Says an act of two officers in words, with the names of the verified directory. */
export function wordsOf(
  body: StatementBody,
  directory: Directory,
  posts: readonly PostView[],
  policy?: SecurityPolicy,
): string {
  switch (body.type) {
    case 'policy':
      return `Put ${policyWords(policy)} in force, SHA-256 ${toHex(body.policyHash)}.`;
    case 'revokePerson':
      return `Revoke ${personOf(body.person, directory)} for good (${REASONS[body.reason]}).`;
    case 'revokePost':
      return `Revoke ${devicesAt(body.post, directory)} at ${postOf(body.post, posts)} (${REASONS[body.reason]}).`;
    case 'rotateIdentity':
      return `Give ${personOf(body.person, directory)} the new identity key ${numberOf(body)} and revoke all devices that the old one has added.`;
    default:
      return `An act that needs no second officer (${body.type}).`;
  }
}

/** Lists come without the texts of policies. */
function policyWords(policy: SecurityPolicy | undefined): string {
  return policy ? `the security policy "${policy.name}" (${policy.id})` : 'another security policy';
}

/** What the officers compare with the person by voice. */
const numberOf = ({ person: personId, identityKey }: RotateIdentity): string =>
  identityNumber({ personId, identityKey });

function personOf(personId: string, directory: Directory): string {
  const person = directory.person(personId);
  if (!person) return `somebody who is not enrolled (${personId})`;
  return `${person.name} (${usable(person, directory)} in use)`;
}

function devicesAt(postId: string, directory: Directory): string {
  const people = [...directory.persons()].filter(({ post }) => post === postId);
  const devices = people.flatMap(({ id }) => directory.devicesOf(id)).filter(({ revoked }) => !revoked);
  return `all ${counted(devices.length, 'device')} of ${counted(people.length, 'person', 'people')}`;
}

function usable({ id }: PersonRecord, directory: Directory): string {
  return counted(directory.devicesOf(id).filter(({ revoked }) => !revoked).length, 'device');
}

/** The names of posts are the server's word, so that the id stands beside them. */
function postOf(postId: string, posts: readonly PostView[]): string {
  const name = posts.find(({ id }) => id === postId)?.name;
  return name === undefined ? `the post ${postId}` : `${name} (${postId})`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
