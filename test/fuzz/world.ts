import { Group, PublicGroup, createKeyPackage } from '#mls';
import type { CreatedKeyPackage, ExternalPsk } from '#mls';
import { createSigner, generateSigningKeyPair, randomBytes, toHex, utf8 } from '#primitives';
import type { Signer, SigningKeyPair } from '#primitives';

import { Device } from '../scenario/mls/device.js';
import { Forger } from '../scenario/mls/forger.js';
import { Life } from './life.js';

/** The external pre-shared key that everybody has. */
export const sharedPsk: ExternalPsk = { id: utf8('psk'), secret: new Uint8Array(32).fill(7) };

/** Who a Welcome is for. */
export interface Joiner {
  readonly keys: SigningKeyPair;
  readonly offered: CreatedKeyPackage;
}

/** A member that lost its state and came back by an external commit. */
export interface Returner {
  readonly device: Device;
  /** Its new leaf. */
  readonly leaf: number;
}

/** One group in the middle of its life, and honest messages of its current epoch. */
export interface World {
  readonly suite: number;
  /** The member whose group the inputs are for. */
  readonly victim: Device;
  /** Members who have gone bad, with everything they know. */
  readonly forgers: readonly Forger[];
  readonly externalSender: Signer;
  /** Every signature key that anybody in this world holds, by its public key in hex. */
  readonly signers: ReadonlyMap<string, Signer>;
  readonly commits: readonly Uint8Array[];
  readonly proposals: readonly Uint8Array[];
  readonly applications: readonly Uint8Array[];
  readonly keyPackages: readonly Uint8Array[];
  readonly groupInfo: Uint8Array;
  /** The Delivery Service's view, stored. */
  readonly publicGroup: Uint8Array;
  readonly joiner: Joiner;
  readonly welcome: Uint8Array;
  readonly welcomeWithoutTree: Uint8Array;
  /** For the Welcome that has none. */
  readonly ratchetTree: Uint8Array;
  readonly returner: Returner;
  /** A Welcome into a branch of the group, and who it is for: the victim. */
  readonly branch: { readonly welcome: Uint8Array; readonly joiner: Joiner };
}

/** A tree with a blank leaf, an unmerged one and several paths; messages of two epochs. */
export function createWorld(suite: number): World {
  const life = new Life(suite);
  const gita = new Device('gita', suite);
  for (const name of ['clara', 'boris', 'fedor']) life.commit(name, { update: true });
  const early = [write(life, 'anna', 'from an earlier epoch'), write(life, 'clara', '')];
  life.commit('anna', { remove: [life.leaf('emil')] });
  life.members.push(gita);
  life.commit('dora', { add: [gita.keyPackage()] }, [gita]);
  for (const name of ['anna', 'clara', 'dora']) {
    const first = write(life, name, 'first');
    life.named('boris').saving((group) => group.decrypt(first));
  }
  const publicGroup = PublicGroup.fromGroupInfo(life.named('anna').group.groupInfo());
  const joiner = createJoiner(suite, 'hans', generateSigningKeyPair());
  const offers = offersOf(life, joiner);
  const back = comeBack(life);
  const applications = [...early, write(life, 'anna', 'hello'), write(life, 'clara', 'x'.repeat(200))];
  const rare = rareProposals(life);
  const proposals = [...exchangeProposals(life, publicGroup), ...rare];
  const byReference = ['anna', 'clara'].map((by) => life.offer(by, {}).commit);
  return {
    suite,
    victim: life.named('boris'),
    forgers: ['anna', 'clara'].map((name) => new Forger(life.named(name))),
    externalSender: createSigner(life.external.privateKey),
    signers: signersOf([...life.members.map(({ keys }) => keys), life.external, joiner.keys]),
    commits: [...offers.commits, ...byReference, back.commit],
    proposals,
    applications,
    keyPackages: [joiner.offered.keyPackage, gita.keyPackage(), lastResort(suite)],
    groupInfo: life.named('anna').group.groupInfo(),
    publicGroup: publicGroup.serialize(),
    joiner,
    ...offers.welcomes,
    returner: back.returner,
    branch: branchOf(life),
  };
}

function write(life: Life, name: string, text: string): Uint8Array {
  return life.named(name).saving((group) => group.encrypt(utf8(text), utf8('header')));
}

function createJoiner(suite: number, name: string, keys: SigningKeyPair): Joiner {
  return { keys, offered: createKeyPackage({ suite, identity: utf8(name), signatureKeyPair: keys }) };
}

function lastResort(suite: number): Uint8Array {
  const signatureKeyPair = generateSigningKeyPair();
  return createKeyPackage({ suite, identity: utf8('ida'), signatureKeyPair, lastResort: true }).keyPackage;
}

interface Offers {
  readonly commits: readonly Uint8Array[];
  readonly welcomes: Pick<World, 'welcome' | 'welcomeWithoutTree' | 'ratchetTree'>;
}

function offersOf(life: Life, { offered }: Joiner): Offers {
  const add = [offered.keyPackage];
  const small = life.offer('anna', { add });
  const bare = life.offer('clara', { add, update: true, treeBesideWelcome: true });
  if (small.welcome === undefined || bare.welcome === undefined) throw new Error('an Add makes a Welcome');
  const server = PublicGroup.fromGroupInfo(life.named('clara').group.groupInfo());
  server.apply(server.stage(bare.commit));
  const { epoch } = life.named('anna').group;
  const successor = { groupId: randomBytes(16), suite: 0x0003, extensions: life.extensions('successor') };
  const others = [
    life.offer('anna', { update: true }),
    life.offer('clara', { remove: [life.leaf('fedor'), life.leaf('dora')] }),
    life.offer('anna', { extensions: life.extensions('secret'), remove: [life.leaf('clara')], add }),
    life.offer('clara', { remove: [life.leaf('boris')], authenticatedData: utf8('out') }),
    life.offer('anna', { usePsks: [{ kind: 'external', id: sharedPsk.id }], psks: [sharedPsk] }),
    life.offer('clara', { usePsks: [{ kind: 'resumption', epoch: epoch - 1 }], update: true }),
    life.offer('anna', { reinit: successor }),
  ];
  return {
    commits: [small, bare, ...others].map(({ commit }) => commit),
    welcomes: { welcome: small.welcome, welcomeWithoutTree: bare.welcome, ratchetTree: server.ratchetTree },
  };
}

function comeBack(life: Life): { returner: Returner; commit: Uint8Array } {
  const device = life.named('dora');
  const { identity, keys: signatureKeyPair } = device;
  const { group, commit } = Group.rejoin({ groupInfo: life.copy('anna').groupInfo(), identity, signatureKeyPair });
  return { returner: { device, leaf: group.ownLeaf }, commit };
}

function branchOf(life: Life): World['branch'] {
  const joiner = createJoiner(life.suite, 'boris', life.named('boris').keys);
  const { identity, keys: signatureKeyPair } = life.named('anna');
  const keyPackages = [joiner.offered.keyPackage];
  const { welcome } = life.copy('anna').branch({ groupId: randomBytes(16), keyPackages, identity, signatureKeyPair });
  return { welcome, joiner };
}

/** Honest ones that no commit refers to. */
function rareProposals(life: Life): Uint8Array[] {
  const successor = { groupId: randomBytes(16), suite: 0x0003, extensions: life.extensions('successor') };
  return [
    life.copy('clara').proposeReinit(successor),
    life.copy('anna').proposeExtensions(life.extensions('other')),
    life.copy('clara').proposePsk({ kind: 'external', id: sharedPsk.id }),
    life.copy('anna').proposePsk({ kind: 'resumption', epoch: life.named('anna').group.epoch }),
  ];
}

/** Proposals that everybody has received, so that commits may refer to them. */
function exchangeProposals(life: Life, server: PublicGroup): Uint8Array[] {
  const all = ['anna', 'boris', 'clara', 'dora', 'fedor', 'gita'];
  const sent: [from: string, proposal: Uint8Array][] = [
    ['dora', life.propose('dora', (group) => group.proposeUpdate())],
    ['gita', life.propose('gita', (group) => group.proposeAdd(lastResort(life.suite)))],
    ['server', life.removeFromOutside(life.leaf('fedor'))],
  ];
  for (const [from, proposal] of sent) {
    life.receive(
      all.filter((name) => name !== from),
      [proposal],
    );
    server.addProposal(proposal);
  }
  return sent.map(([, proposal]) => proposal);
}

function signersOf(keys: readonly SigningKeyPair[]): Map<string, Signer> {
  return new Map(keys.map(({ publicKey, privateKey }) => [toHex(publicKey), createSigner(privateKey)]));
}
