import { utf8 } from '#primitives';

import { extensionTypes, findExtension } from '../../libs/mls/src/extension.js';
import type { FramedContent } from '../../libs/mls/src/framing.js';
import type { KeyPackage } from '../../libs/mls/src/keyPackage.js';
import { decodeMessageOf } from '../../libs/mls/src/message.js';
import type { Proposal } from '../../libs/mls/src/proposal.js';
import { nodesOf } from './decoders.js';
import { forgerOf } from './forge.js';
import type { Speech } from './forge.js';
import type { OpenGroupInfo, Secret } from './forgeSealed.js';
import { handshakesOf } from './groups.js';
import type { World } from './world.js';

const none = new Uint8Array(0);
const zeros = new Uint8Array(32);

/** Contents of all honest handshakes, and of proposals that nobody makes unasked. */
export function speechSeeds(world: World): Speech[] {
  const contents = [
    ...handshakesOf(world).map((message) => decodeMessageOf(message, 'publicMessage').content),
    ...rareProposals(world).map((proposal) => spoken(world, { kind: 'proposal', proposal })),
    spoken(world, rareCommit(world)),
  ];
  return contents.flatMap((content) => {
    const from = world.forgers.findIndex(
      ({ state }) => content.sender.kind === 'member' && content.sender.leaf === state.ownLeaf,
    );
    return from >= 0
      ? [{ from, content }]
      : [
          { from: 0, content },
          { from: 1, content: asMember(world, content) },
        ];
  });
}

function asMember(world: World, content: FramedContent): FramedContent {
  return { ...content, sender: { kind: 'member', leaf: forgerOf(world, 1).state.ownLeaf } };
}

function spoken(world: World, content: FramedContent['content']): FramedContent {
  const { context, ownLeaf } = forgerOf(world, 0).state;
  const { groupId, epoch } = context;
  return { groupId, epoch, sender: { kind: 'member', leaf: ownLeaf }, authenticatedData: none, content };
}

function rareProposals(world: World): Proposal[] {
  const { context, ownLeaf } = forgerOf(world, 0).state;
  const { groupId, extensions, cipherSuite } = context;
  const external = { kind: 'external', id: utf8('psk'), nonce: zeros } as const;
  const resumption = { kind: 'resumption', usage: 'application', groupId, epoch: context.epoch, nonce: zeros } as const;
  return [
    { kind: 'psk', psk: external },
    { kind: 'psk', psk: resumption },
    { kind: 'reinit', groupId, version: 1, cipherSuite, extensions },
    { kind: 'externalInit', kemOutput: zeros },
    { kind: 'groupContextExtensions', extensions },
    { kind: 'update', leafNode: forgerOf(world, 0).ownLeaf({ source: { kind: 'update' }, encryptionKey: zeros }) },
    { kind: 'remove', removed: ownLeaf },
    ...keyPackageSeeds(world).map((keyPackage): Proposal => ({ kind: 'add', keyPackage })),
  ];
}

function rareCommit(world: World): FramedContent['content'] {
  const proposals = rareProposals(world).map((proposal) => ({ kind: 'proposal', proposal }) as const);
  return { kind: 'commit', commit: { proposals, path: undefined } };
}

export function privateSeeds(world: World): Secret[] {
  const contents: FramedContent['content'][] = [
    { kind: 'application', data: utf8('text') },
    ...speechSeeds(world).map(({ content }) => content.content),
  ];
  return contents.flatMap((content) =>
    world.forgers.map(({ state }, from) => {
      const framed = { ...spoken(world, content), sender: { kind: 'member', leaf: state.ownLeaf } } as const;
      return { from, content: framed, leaf: state.ownLeaf, ahead: 0 };
    }),
  );
}

export const keyPackageSeeds = ({ keyPackages }: World): KeyPackage[] =>
  keyPackages.map((message) => decodeMessageOf(message, 'keyPackage'));

/** The GroupInfo of now, and that after the joiner was added. */
export function groupInfoSeeds(world: World): OpenGroupInfo[] {
  const info = decodeMessageOf(world.groupInfo, 'groupInfo');
  const tree = findExtension(info.extensions, extensionTypes.ratchetTree);
  if (tree === undefined) throw new Error('a GroupInfo has a tree here');
  const secrets = { joinerSecret: zeros, pathSecret: undefined, psks: [] };
  const open = { info, nodes: nodesOf(tree), secrets };
  const psk = { kind: 'external', id: utf8('psk'), nonce: zeros } as const;
  return [
    open,
    { ...open, nodes: nodesOf(world.ratchetTree) },
    { info, nodes: nodesOf(world.ratchetTree), secrets: { joinerSecret: zeros, pathSecret: zeros, psks: [psk] } },
  ];
}
