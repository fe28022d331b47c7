import { Group, PublicGroup } from '#mls';
import { utf8 } from '#primitives';

import { decodeWith, encodeWith } from '../../libs/mls/src/codec.js';
import { decodeKeyPackageSecrets, encodeKeyPackageSecrets } from '../../libs/mls/src/keyPackageCreation.js';
import type { KeyPackageSecrets } from '../../libs/mls/src/keyPackageCreation.js';
import type { Random } from '../scenario/mls/random.js';
import { partsOf } from './decoders.js';
import { forgeHandshake } from './forge.js';
import type { Speech } from './forge.js';
import { forgeGroupInfo, forgeKeyPackageOf, forgePrivateOf, forgeWelcomeOf } from './forgeSealed.js';
import type { Secret } from './forgeSealed.js';
import { Victim, checkRestored, handshakesOf } from './groups.js';
import { groupInfoSeeds, keyPackageSeeds, privateSeeds, speechSeeds } from './seeds.js';
import { byteTarget, outcomeOf, valueTarget } from './target.js';
import type { Target } from './target.js';
import { Parts } from './values.js';
import type { World } from './world.js';

/** Mutants of messages: nearly all fail early, at tags and signatures. */
export function messageTargets(world: World, share: number): Target[] {
  const handshakes = handshakesOf(world);
  const victim = (): Victim => new Victim(world);
  const named = (name: string): string => `${name}, suite ${world.suite}`;
  const [members, servers, readers] = [victim(), victim(), victim()];
  const check = (target: Victim, use: (bytes: Uint8Array) => string) => ({
    check: use,
    settle: () => {
      target.settle();
    },
  });
  return [
    byteTarget(
      { name: named('handshake'), share: 4 * share, ...check(members, (bytes) => handshake(members, bytes)) },
      handshakes,
    ),
    byteTarget(
      { name: named('server'), share: 2 * share, ...check(servers, (bytes) => byServer(servers, bytes)) },
      handshakes,
    ),
    byteTarget(
      { name: named('decrypt'), share: 3 * share, ...check(readers, (bytes) => readers.decrypt(bytes)) },
      world.applications,
    ),
    byteTarget({ name: named('group info'), share, check: (bytes) => follow(world, bytes) }, [world.groupInfo]),
    valueTarget(
      { name: named('join'), share, check: (bytes) => join(world, bytes) },
      joinSeeds(world),
      new Parts(),
      encodeJoin,
    ),
    valueTarget(
      { name: named('restore'), share: share / 5, check: (bytes) => restore(world, bytes) },
      [recordsOf(world)],
      new Parts(),
      encodeRecords,
    ),
  ];
}

function handshake(victim: Victim, bytes: Uint8Array): string {
  return `${victim.stage(bytes)} ${victim.receiveProposal(bytes)}`;
}

function byServer(victim: Victim, bytes: Uint8Array): string {
  return `${victim.stagePublicly(bytes)} ${victim.proposePublicly(bytes)}`;
}

/** Mutants that a bad member or a bad server signs, tags and encrypts again. */
export function forgedTargets(world: World, share: number): Target[] {
  const parts = partsOf(world);
  const named = (name: string): string => `${name}, suite ${world.suite}`;
  const [members, readers] = [new Victim(world), new Victim(world)];
  const settle = (victim: Victim) => (): void => {
    victim.settle();
  };
  const open = (bytes: Uint8Array): string =>
    `${readers.decrypt(bytes)} ${readers.stage(bytes)} ${readers.receiveProposal(bytes)}`;
  return [
    valueTarget<Speech>(
      {
        name: named('forged handshake'),
        share: 6 * share,
        check: (bytes) => members.handshake(bytes),
        settle: settle(members),
      },
      speechSeeds(world),
      parts,
      (speech, random) => forgeHandshake(world, speech, parts, random),
    ),
    valueTarget<Secret>(
      { name: named('forged private message'), share: 2 * share, check: open, settle: settle(readers) },
      privateSeeds(world),
      parts,
      (secret) => forgePrivateOf(world, secret),
    ),
    valueTarget(
      { name: named('forged key package'), share, check: (bytes) => members.handshake(bytes) },
      keyPackageSeeds(world),
      parts,
      (keyPackage) => forgeKeyPackageOf(world, keyPackage),
    ),
    valueTarget(
      { name: named('forged group info'), share: share / 2, check: (bytes) => follow(world, bytes) },
      groupInfoSeeds(world),
      parts,
      (info, random) => forgeGroupInfo(world, info, random),
    ),
    valueTarget(
      { name: named('forged welcome'), share: share / 2, check: (bytes) => join(world, bytes) },
      groupInfoSeeds(world),
      parts,
      (info, random) => encodeJoin({ ...joinSeed(world), welcome: forgeWelcomeOf(world, info, random) }),
    ),
  ];
}

interface Join {
  readonly welcome: Uint8Array;
  readonly keyPackage: Uint8Array;
  readonly secrets: KeyPackageSecrets;
  readonly ratchetTree: Uint8Array;
  /** 1 to join as the victim, out of its group. */
  readonly from: number;
}

const joinSeed = ({ joiner, welcome, ratchetTree }: World): Join => ({
  welcome,
  keyPackage: joiner.offered.keyPackage,
  secrets: decodeKeyPackageSecrets(joiner.offered.secrets),
  ratchetTree,
  from: 0,
});

const joinSeeds = (world: World): Join[] => [
  joinSeed(world),
  { ...joinSeed(world), welcome: world.welcomeWithoutTree },
  { ...joinSeed({ ...world, ...world.branch }), from: 1 },
];

function encodeJoin({ welcome, keyPackage, secrets, ratchetTree, from }: Join): Uint8Array {
  return encodeWith(
    (writer, all) => {
      for (const bytes of all) writer.opaque(bytes);
      writer.uint8(from);
    },
    [welcome, keyPackage, encodeKeyPackageSecrets(secrets), ratchetTree],
  );
}

function join({ joiner, victim }: World, bytes: Uint8Array): string {
  const [welcome, keyPackage, keyPackageSecrets, ratchetTree, isVictim] = decodeWith(
    (reader) => [reader.opaque(), reader.opaque(), reader.opaque(), reader.opaque(), reader.uint8() === 1] as const,
    bytes,
  );
  const signatureKeyPair = isVictim ? victim.keys : joiner.keys;
  return outcomeOf(() => {
    const from = isVictim ? { from: victim.group } : {};
    const group = Group.join({ welcome, keyPackage, keyPackageSecrets, ratchetTree, signatureKeyPair, ...from });
    group.encrypt(utf8('here I am'), utf8(''));
  });
}

function follow({ returner }: World, groupInfo: Uint8Array): string {
  const { identity, keys: signatureKeyPair } = returner.device;
  return [
    outcomeOf(() => PublicGroup.fromGroupInfo(groupInfo)),
    outcomeOf(() => Group.rejoin({ groupInfo, identity, signatureKeyPair })),
  ].join(' ');
}

interface StoredRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const recordsOf = ({ victim }: World): StoredRecord[] =>
  [...victim.copyOfDisk()].map(([key, value]) => ({ key: utf8(key), value }));

const numbers = ['0', '1', '7', '1000000', '4294967295', '4294967296', '1e9', '-1', '0.5', 'NaN', ''];

/** Record names are text; besides mutated ones, those with other numbers in them. */
function encodeRecords(records: readonly StoredRecord[], random: Random): Uint8Array {
  const renumbered = random.chance(0.2) ? records.map((record) => renumber(record, random)) : records;
  return encodeWith((writer, all) => {
    for (const { key, value } of all) {
      writer.opaque(key);
      writer.opaque(value);
    }
  }, renumbered);
}

function renumber(record: StoredRecord, random: Random): StoredRecord {
  if (random.chance(0.95)) return record;
  const name = new TextDecoder().decode(record.key);
  return { ...record, key: utf8(name.replace(/\d+/, random.pick(numbers))) };
}

function restore(world: World, bytes: Uint8Array): string {
  const records = new Map<string, Uint8Array>();
  decodeWith((reader) => {
    while (reader.remaining > 0) records.set(new TextDecoder().decode(reader.opaque()), reader.opaque());
  }, bytes);
  return checkRestored(world, records);
}
