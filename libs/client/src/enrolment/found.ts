import type { FoundMinistryInput, Role } from '#contracts';
import { canonicalPolicy, parsePolicy, PolicyError, validateClearance } from '#policy';
import type { SecurityPolicy } from '#policy';
import { generateSigningKeyPair, sha256, toBase64, toBase64Url, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { isStatementName, POWERS, ROOT_SIGNER, statementId } from '#transparency';
import type { ServerKey, Signer } from '#transparency';

import { ChanceryError } from '../errors.js';
import { newUuid } from '../identifiers.js';
import type { Store } from '../ports/store.js';
import type { Profile } from '../profile.js';
import { signStatement } from '../statements.js';
import type { FoundOptions } from '../types.js';
import { fillFirst } from './registration.js';
import type { Registration } from './registration.js';

/** What the first officer starts with; the two offices are parted as soon as there is a second one. */
const FIRST_ROLES: readonly Role[] = ['MEMBER', 'REGISTRAR', 'SECURITY_OFFICER'];

export interface Founding {
  readonly rootKey: SigningKeyPair;
  readonly rootFingerprint: string;
  /** Writes the first officer's identity into a new vault, with the founding still to be sent. */
  readonly fill: (store: Store) => Promise<void>;
}

/**
 * Makes the root key and everything that the first officer needs; sends nothing.
 * @throws ChanceryError BAD_INPUT
 */
export function prepareFounding(
  options: FoundOptions,
  server: string,
  now: Date,
  serverKeys: readonly OfferedKey[],
): Founding {
  const policy = readPolicy(options.policy);
  requireNames(options);
  requireClearance(options, policy);
  const keys = { root: generateSigningKeyPair(), identity: generateSigningKeyPair(), device: generateSigningKeyPair() };
  const ids = { ministry: newUuid(now), person: newUuid(now), device: newUuid(now) };
  const at = now.getTime();
  const statements = [
    ...firstStatements(options, policy, keys, ids, at),
    ...serverKeys.map((key) => signStatement({ type: 'serverKey', at, ...key }, ROOT_SIGNER, keys.root)),
  ] as const;
  const rootFingerprint = toBase64Url(statementId(statements[0]));
  const profile = profileOf(options, policy, ids, server, rootFingerprint);
  const registration: Registration = { kind: 'found', input: inputOf(options, policy, statements) };
  const fill = fillFirst(profile, keys.identity, keys.device, registration);
  return { rootKey: keys.root, rootFingerprint, fill };
}

/** A key of the server, which the founder takes the server's word for. */
export type OfferedKey = Pick<ServerKey, 'purpose' | 'key'>;

interface Keys {
  readonly root: SigningKeyPair;
  readonly identity: SigningKeyPair;
  readonly device: SigningKeyPair;
}

interface Ids {
  readonly ministry: string;
  readonly person: string;
  readonly device: string;
}

function readPolicy(text: string): SecurityPolicy {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new ChanceryError('BAD_INPUT', `The security policy can't be used: ${error.message}.`, { field: 'policy' });
  }
}

function requireNames({ ministryName, officer, posts }: FoundOptions): void {
  const names: (readonly [field: string, name: string])[] = [
    ['ministryName', ministryName],
    ['officer.personName', officer.personName],
    ['officer.deviceName', officer.deviceName],
    ...posts.map(({ name }, index) => [`posts.${String(index)}.name`, name] as const),
  ];
  for (const [field, name] of names) {
    if (!isStatementName(name))
      throw new ChanceryError('BAD_INPUT', 'A name has 1 to 200 printable characters.', { field });
  }
}

function requireClearance({ officer }: FoundOptions, policy: SecurityPolicy): void {
  const [problem] = validateClearance(officer.clearance, policy);
  if (!problem) return;
  throw new ChanceryError('LABEL_UNKNOWN', `The clearance ${problem.message}.`, {
    field: `officer.clearance.${problem.field}`,
  });
}

function firstStatements(
  { ministryName, officer }: FoundOptions,
  policy: SecurityPolicy,
  keys: Keys,
  ids: Ids,
  at: number,
): [Uint8Array, ...Uint8Array[]] {
  const self: Signer = { kind: 'person', id: ids.person };
  const policyHash = sha256(utf8(canonicalPolicy(policy)));
  const { person, device, ministry } = ids;
  const identityKey = keys.identity.publicKey;
  const { personName: name, postId: post, clearance, deviceName } = officer;
  const { level, categories, until } = clearance;
  const end = until === undefined ? {} : { until: Date.parse(until) };
  const clear = { type: 'clear', at, person, policy: policy.id, level, categories, ...end } as const;
  const addDevice = {
    type: 'addDevice',
    at,
    person,
    device,
    name: deviceName,
    signatureKey: keys.device.publicKey,
  } as const;
  const assign = { type: 'assign', at, person, post, roles: FIRST_ROLES } as const;
  return [
    signStatement(
      { type: 'root', at, ministry, name: ministryName, rootKey: keys.root.publicKey, policyHash },
      ROOT_SIGNER,
      keys.root,
    ),
    signStatement(
      { type: 'appoint', at, person, powers: POWERS, mayAppoint: true, identityKey },
      ROOT_SIGNER,
      keys.root,
    ),
    signStatement({ type: 'enrol', at, person, name, post, identityKey }, self, keys.identity),
    signStatement(clear, self, keys.identity),
    signStatement(addDevice, self, keys.identity),
    signStatement(assign, self, keys.identity),
  ];
}

function profileOf(
  options: FoundOptions,
  policy: SecurityPolicy,
  ids: Ids,
  server: string,
  rootFingerprint: string,
): Profile {
  const { ministryName, officer } = options;
  return {
    server,
    ministryName,
    policy: canonicalPolicy(policy),
    rootFingerprint,
    personId: ids.person,
    personName: officer.personName,
    postId: officer.postId,
    deviceId: ids.device,
    deviceName: officer.deviceName,
    state: 'waiting',
  };
}

function inputOf(options: FoundOptions, policy: SecurityPolicy, statements: readonly Uint8Array[]): FoundMinistryInput {
  const { foundingToken, ministryName: name, posts } = options;
  return {
    foundingToken,
    name,
    policy: canonicalPolicy(policy),
    statements: statements.map(toBase64),
    posts: [...posts],
  };
}
