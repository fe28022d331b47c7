import { randomBytes } from '#primitives';
import type { Signer } from '#primitives';

import { extensionTypes } from './extension.js';
import { groupInfoTbs } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import type { MemberState } from './memberState.js';
import { grease } from './ownCapabilities.js';
import { signWithLabel } from './sealing.js';

/** GroupInfo of an epoch (RFC 9420 section 12.4.3), with the ratchet tree if asked for. */
export function createGroupInfo(
  { tree, context, confirmationTag, ownLeaf }: Pick<MemberState, 'tree' | 'context' | 'confirmationTag' | 'ownLeaf'>,
  signer: Signer,
  withTree: boolean,
): GroupInfo {
  const ratchetTree = withTree ? [{ type: extensionTypes.ratchetTree, data: tree.encode() }] : [];
  const extensions = [...ratchetTree, { type: grease(), data: randomBytes(4) }];
  const content = { context, extensions, confirmationTag, signer: ownLeaf };
  return { ...content, signature: signWithLabel(signer, 'GroupInfoTBS', groupInfoTbs(content)) };
}
