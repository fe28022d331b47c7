import { PublicGroup, decodeKeyPackage, envelopeOf, welcomeRecipients } from '#mls';

import { decodeWith, encodeWith } from '../../libs/mls/src/codec.js';
import type { Decode, Encode, Reader, Writer } from '../../libs/mls/src/codec.js';
import { checkContextExtensions } from '../../libs/mls/src/extension.js';
import { decodeAuthenticatedContent, encodeAuthenticatedContent } from '../../libs/mls/src/framing.js';
import { decodeGroupContext, encodeGroupContext } from '../../libs/mls/src/groupContext.js';
import { decodeGroupSecrets, encodeGroupSecrets } from '../../libs/mls/src/groupSecrets.js';
import { decodeKeyPackageSecrets, encodeKeyPackageSecrets } from '../../libs/mls/src/keyPackageCreation.js';
import { decodeMessage, decodeMessageOf, encodeMessage } from '../../libs/mls/src/message.js';
import { RatchetTree } from '../../libs/mls/src/ratchetTree.js';
import { decodeTreeNode, encodeTreeNode } from '../../libs/mls/src/treeNode.js';
import type { TreeNode } from '../../libs/mls/src/treeNode.js';
import { byteTarget, demandSame, outcomeOf, valueTarget } from './target.js';
import type { Target } from './target.js';
import { Parts } from './values.js';
import type { World } from './world.js';

/** All messages of a world. */
export function messagesOf(world: World): Uint8Array[] {
  const { commits, proposals, applications, keyPackages, groupInfo, welcome, welcomeWithoutTree } = world;
  return [...commits, ...proposals, ...applications, ...keyPackages, groupInfo, welcome, welcomeWithoutTree];
}

export function partsOf(world: World): Parts {
  const parts = new Parts();
  for (const message of messagesOf(world)) parts.absorb(decodeMessage(message));
  return parts;
}

/** The nodes of a ratchet tree as it is sent. */
export function nodesOf(tree: Uint8Array): (TreeNode | undefined)[] {
  let at = 0;
  const node = (inner: Reader): TreeNode => decodeTreeNode(inner, (at - 1) as Parameters<typeof decodeTreeNode>[1]);
  const optional = (inner: Reader): TreeNode | undefined => {
    at++;
    return inner.optional(node);
  };
  return decodeWith((reader) => reader.vector(optional), tree);
}

export function encodeNodes(nodes: readonly (TreeNode | undefined)[]): Uint8Array {
  const optional = (inner: Writer, node: TreeNode | undefined): void => {
    inner.optional(node, encodeTreeNode);
  };
  return encodeWith((writer, all) => {
    writer.vector(all, optional);
  }, nodes);
}

const kinds = ['publicMessage', 'privateMessage', 'welcome', 'groupInfo', 'keyPackage'] as const;

function checkMessage(bytes: Uint8Array): string {
  return outcomeOf(() => {
    const message = decodeMessage(bytes);
    demandSame(encodeMessage(message), bytes, 'the message encoded again');
    for (const kind of kinds) {
      const outcome = outcomeOf(() => decodeMessageOf(bytes, kind));
      if ((outcome === 'accepted') !== (kind === message.kind)) throw new Error(`${message.kind} read as ${kind}`);
    }
  });
}

function checkTree(bytes: Uint8Array): string {
  return outcomeOf(() => {
    const tree = RatchetTree.decode(bytes);
    demandSame(tree.encode(), bytes, 'the tree encoded again');
    tree.treeHash();
    for (const [index] of tree.members()) tree.filteredDirectPath(index);
  });
}

function checkStoredPublicGroup(bytes: Uint8Array): string {
  return outcomeOf(() => {
    const group = PublicGroup.restore(bytes);
    const again = PublicGroup.restore(group.serialize()).serialize();
    demandSame(again, group.serialize(), 'the group stored again');
  });
}

const structure =
  <T>(decode: Decode<T>, encode: Encode<T>) =>
  (bytes: Uint8Array): string =>
    outcomeOf(() => {
      demandSame(encodeWith(encode, decodeWith(decode, bytes)), bytes, 'the structure encoded again');
    });

function checkHeaders(bytes: Uint8Array): string {
  return [outcomeOf(() => envelopeOf(bytes)), outcomeOf(() => welcomeRecipients(bytes))].join(' ');
}

function checkSecrets(bytes: Uint8Array): string {
  return outcomeOf(() => {
    demandSame(encodeKeyPackageSecrets(decodeKeyPackageSecrets(bytes)), bytes, 'the secrets encoded again');
  });
}

/** The first byte tells the type of the extension. */
function checkExtensionData(bytes: Uint8Array): string {
  return outcomeOf(() => {
    checkContextExtensions([{ type: bytes[0] ?? 0, data: bytes.slice(1) }]);
  });
}

/** Functions that need nothing but the bytes. Messages of the large world have the same form, so that few are enough. */
export function decoderTargets(small: World, large: World): Target[] {
  const { commits, welcome, groupInfo } = large;
  const messages = [...messagesOf(small), ...commits.slice(0, 2), welcome, groupInfo, ...large.keyPackages.slice(0, 1)];
  const secrets = [small, large].map(({ joiner }) => joiner.offered.secrets);
  const keyPackages = [...small.keyPackages, ...large.keyPackages.slice(0, 1)];
  const stored = [small.publicGroup, small.publicGroup, large.publicGroup];
  const checkKeyPackage = (bytes: Uint8Array): string => outcomeOf(() => decodeKeyPackage(bytes));
  return [
    byteTarget({ name: 'message', share: 200, check: checkMessage }, messages),
    byteTarget({ name: 'headers', share: 90, check: checkHeaders }, messages),
    byteTarget({ name: 'key package', share: 60, check: checkKeyPackage }, keyPackages),
    byteTarget({ name: 'key package secrets', share: 50, check: checkSecrets }, secrets),
    byteTarget({ name: 'stored public group', share: 10, check: checkStoredPublicGroup }, stored),
    ...treeTargets(small, large),
    ...structureTargets(small),
  ];
}

function treeTargets(small: World, large: World): Target[] {
  const trees = [small, small, large].map(({ ratchetTree }) => ratchetTree);
  const nodes = [nodesOf(small.ratchetTree)];
  return [
    byteTarget({ name: 'ratchet tree', share: 60, check: checkTree }, trees),
    valueTarget({ name: 'ratchet tree, by structure', share: 8, check: checkTree }, nodes, partsOf(small), encodeNodes),
  ];
}

function structureTargets(world: World): Target[] {
  const decoded = messagesOf(world).map(decodeMessage);
  const contents = decoded.flatMap((message) =>
    message.kind === 'publicMessage' ? [{ wireFormat: message.kind, ...message.body }] : [],
  );
  const contentBytes = contents.map((content) => encodeWith(encodeAuthenticatedContent, content));
  const contexts = decoded.flatMap((message) => (message.kind === 'groupInfo' ? [message.body.context] : []));
  const contextBytes = contexts.map((context) => encodeWith(encodeGroupContext, context));
  const extensions = contexts.flatMap((context) => context.extensions);
  const extensionBytes = extensions.map(({ type, data }) => Uint8Array.from([type, ...data]));
  const checkContent = structure(decodeAuthenticatedContent, encodeAuthenticatedContent);
  const checkContext = structure(decodeGroupContext, encodeGroupContext);
  const checkGroupSecrets = structure(decodeGroupSecrets, encodeGroupSecrets);
  const byStructure = { name: 'message, by structure', share: 60, check: checkMessage };
  return [
    valueTarget(byStructure, decoded, partsOf(world), encodeMessage),
    byteTarget({ name: 'authenticated content', share: 70, check: checkContent }, contentBytes),
    byteTarget({ name: 'group context', share: 60, check: checkContext }, contextBytes),
    byteTarget({ name: 'group secrets', share: 50, check: checkGroupSecrets }, groupSecrets()),
    byteTarget({ name: 'extension data', share: 92, check: checkExtensionData }, extensionBytes),
  ];
}

function groupSecrets(): Uint8Array[] {
  const nonce = new Uint8Array(32);
  const psks = [
    { kind: 'external', id: Uint8Array.of(1, 2), nonce },
    { kind: 'resumption', usage: 'branch', groupId: nonce, epoch: 3n, nonce },
  ] as const;
  const joinerSecret = new Uint8Array(32);
  return [undefined, nonce].map((pathSecret) => encodeWith(encodeGroupSecrets, { joinerSecret, pathSecret, psks }));
}
