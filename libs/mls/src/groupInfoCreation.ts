import type { Signer } from '#primitives';

import { encodeOpaque, encodeWith } from './codec.js';
import { extensionTypes } from './extension.js';
import { groupInfoTbs } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import type { MemberState } from './memberState.js';
import { greaseExtension } from './ownCapabilities.js';
import { signWithLabel } from './sealing.js';

/**
 * GroupInfo of an epoch (RFC 9420 section 12.4.3): with the ratchet tree if asked for, and with the external public key
 * if external commits shall be possible.
 */
export function createGroupInfo(
  { tree, context, confirmationTag, ownLeaf }: Pick<MemberState, 'tree' | 'context' | 'confirmationTag' | 'ownLeaf'>,
  signer: Signer,
  withTree: boolean,
  externalPub?: Uint8Array,
): GroupInfo {
  const ratchetTree = withTree ? [{ type: extensionTypes.ratchetTree, data: tree.encode() }] : [];
  const external =
    externalPub === undefined
      ? []
      : [{ type: extensionTypes.externalPub, data: encodeWith(encodeOpaque, externalPub) }];
  const extensions = [...ratchetTree, ...external, greaseExtension()];
  const content = { context, extensions, confirmationTag, signer: ownLeaf };
  return { ...content, signature: signWithLabel(signer, 'GroupInfoTBS', groupInfoTbs(content)) };
}
