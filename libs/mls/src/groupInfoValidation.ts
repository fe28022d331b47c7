import { checkContextExtensions, demandUniqueExtensions } from './extension.js';
import { checkContext } from './groupContext.js';
import { groupInfoTbs } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import { verifyWithLabel } from './labels.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';

/** A GroupInfo, signed by the member that it names (RFC 9420 section 12.4.3). @throws MlsError */
export function checkGroupInfo(info: GroupInfo, tree: RatchetTree): void {
  checkContext(info.context);
  demandUniqueExtensions(info.extensions);
  checkContextExtensions(info.context.extensions);
  const signer = tree.memberAt(info.signer);
  const leaf = signer === undefined ? undefined : tree.leaf(signer);
  const isSigned =
    leaf !== undefined && verifyWithLabel(leaf.signatureKey, 'GroupInfoTBS', groupInfoTbs(info), info.signature);
  demand(isSigned, 'valn120502');
}
