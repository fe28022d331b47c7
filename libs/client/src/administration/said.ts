import { suiteName } from '#contracts';
import { marking } from '#policy';
import type { SecurityPolicy } from '#policy';
import { toBase64, toHex } from '#primitives';
import type { Directory, StatementBody } from '#transparency';

import type { PostView } from '../types.js';
import { identityNumber } from '../verification/safetyNumber.js';

/** Somebody or something by its id; the name is empty where nobody knows one. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * What a statement says, in parts: whoever shows it puts them into words of the reader's language. Names of people and devices are those of the
 * verified directory, names of posts the server's word. What the type has no use for is absent.
 */
export interface Said {
  readonly type: StatementBody['type'];
  /** As the signer wrote it, RFC 3339. */
  readonly at: string;
  readonly person?: Named;
  readonly post?: Named;
  readonly device?: Named;
  readonly reason?: string;
  /** What somebody is called at a post. */
  readonly title?: string;
  readonly roles?: readonly string[];
  readonly powers?: readonly string[];
  readonly mayAppoint?: boolean;
  /** Of a clearance. */
  readonly marking?: string;
  readonly until?: string;
  readonly deadline?: string;
  /** Ids of levels that a campaign is limited to. */
  readonly levels?: readonly string[];
  readonly posts?: readonly Named[];
  readonly suite?: string;
  /** Sixty digits of an identity key, to be compared by voice. */
  readonly number?: string;
  /** In use now: what the act would end. */
  readonly devices?: readonly (Named & { readonly person: string })[];
  /** Of the ministry, or of a policy. */
  readonly name?: string;
  /** Of a policy or of the head of the audit trail, hexadecimal; of a server key, base64. */
  readonly hash?: string;
  readonly purpose?: string;
  /** Of the audit trail. */
  readonly entry?: number;
  readonly campaign?: string;
}

/** What names are taken from. */
export interface Names {
  readonly directory: Directory;
  readonly posts: readonly PostView[];
  /** In force, for markings. */
  readonly policy: SecurityPolicy;
}

type Part = Omit<Said, 'type' | 'at'>;
type Parts = { readonly [Type in StatementBody['type']]: (body: Body<Type>, names: Names) => Part };
type Body<Type> = Extract<StatementBody, { type: Type }>;

const PARTS: Parts = {
  root: ({ name }) => ({ name }),
  appoint: ({ person, powers, mayAppoint, until }, names) => ({
    person: personNamed(person, names),
    powers,
    mayAppoint,
    ...end(until),
  }),
  enrol: ({ person, name, post }, names) => ({ person: { id: person, name }, post: postNamed(post, names) }),
  assign: ({ person, post, title, roles, until }, names) => ({
    person: personNamed(person, names),
    post: postNamed(post, names),
    ...(title !== undefined && { title }),
    roles,
    ...end(until),
  }),
  clear: ({ person, policy, level, categories, until }, names) => ({
    person: personNamed(person, names),
    marking: marking({ policy, level, categories }, names.policy),
    ...end(until),
  }),
  addDevice: ({ person, device, name }, names) => ({
    person: personNamed(person, names),
    device: { id: device, name },
  }),
  revokeDevice: ({ device, reason }, names) => ({ ...deviceNamed(device, names), reason }),
  revokePerson: ({ person, reason }, names) => ({
    person: personNamed(person, names),
    reason,
    devices: inUse([person], names),
  }),
  revokePost: ({ post, reason }, names) => ({
    post: postNamed(post, names),
    reason,
    devices: inUse(peopleAt(post, names), names),
  }),
  rotateIdentity: ({ person, identityKey }, names) => ({
    person: personNamed(person, names),
    number: identityNumber({ personId: person, identityKey }),
    devices: inUse([person], names),
  }),
  auditHead: ({ entry, hash }) => ({ entry, hash: toHex(hash) }),
  campaign: ({ campaign, levels, posts, deadline, suite }, names) => ({
    campaign,
    deadline: new Date(deadline).toISOString(),
    ...(levels && { levels }),
    ...(posts && { posts: posts.map((post) => postNamed(post, names)) }),
    ...(suite !== undefined && { suite: suiteName(suite) }),
  }),
  endCampaign: ({ campaign }) => ({ campaign }),
  policy: ({ policyHash }) => ({ hash: toHex(policyHash) }),
  release: ({ hash }) => ({ hash: toHex(hash) }),
  serverKey: ({ purpose, key }) => ({ purpose, hash: toBase64(key) }),
};

/** Reads a statement's body for people; believes nothing but the body and the names. */
export function saidBy(body: StatementBody, names: Names): Said {
  const parts = PARTS[body.type] as (body: StatementBody, names: Names) => Part;
  return { type: body.type, at: new Date(body.at).toISOString(), ...parts(body, names) };
}

export function personNamed(id: string, { directory }: Pick<Names, 'directory'>): Named {
  return { id, name: directory.person(id)?.name ?? '' };
}

function postNamed(id: string, { posts }: Names): Named {
  return { id, name: posts.find((post) => post.id === id)?.name ?? '' };
}

function deviceNamed(id: string, { directory }: Names): Part {
  const device = directory.device(id);
  const person = device && { person: personNamed(device.person, { directory }) };
  return { device: { id, name: device?.name ?? '' }, ...person };
}

function peopleAt(post: string, { directory }: Names): string[] {
  return [...directory.persons()].filter((person) => person.post === post).map(({ id }) => id);
}

function inUse(people: readonly string[], { directory }: Names): NonNullable<Said['devices']> {
  const devices = people.flatMap((id) => directory.devicesOf(id)).filter(({ revoked }) => !revoked);
  return devices.map(({ id, name, person }) => ({ id, name, person: directory.person(person)?.name ?? '' }));
}

function end(until: number | undefined): Pick<Said, 'until'> {
  return until === undefined ? {} : { until: new Date(until).toISOString() };
}
