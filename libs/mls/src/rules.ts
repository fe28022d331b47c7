import { MlsError } from './errors.js';
import type { MlsErrorCode } from './errors.js';

/**
 * Every validation rule that this library enforces, once. The id is `valn`, two digits for each part of the RFC 9420
 * section, and a running number; negative tests are named after it.
 */
export const rules = {
  valn020101: ['MALFORMED', '2.1.2', 'a variable-size vector states its length in the fewest bytes'],
  valn020102: ['MALFORMED', '2.1.2', 'a vector ends inside the message and its elements end with it'],
  valn020103: ['MALFORMED', '2.1.1', 'an optional value starts with 0 or 1'],
  valn020104: ['MALFORMED', '2.1', 'nothing follows the structure'],
  valn020105: ['MALFORMED', '6', 'an enumeration holds one of its values'],

  valn060001: ['WRONG_GROUP', '6', 'a message names this group'],
  valn060002: ['WRONG_EPOCH', '12.4.2', 'a handshake message names the current epoch'],
  valn060003: ['INVALID_MESSAGE', '6', 'application data travels as PrivateMessage only'],
  valn060004: ['INVALID_MESSAGE', '6', 'a member that sends a message is a non-blank leaf'],
  valn060101: ['INVALID_SIGNATURE', '6.1', 'the signature of the content verifies under the key of its sender'],
  valn060102: ['INVALID_MESSAGE', '6.1', 'an external sender sends proposals of the types that the RFC allows it'],
  valn060103: ['INVALID_MESSAGE', '6.1', 'a new member that proposes, proposes an Add'],
  valn060104: ['INVALID_MESSAGE', '12.1.8.1', 'an external sender is listed in the group context'],
  valn060105: ['INVALID_MESSAGE', '6.1', 'the content type fits the sender type'],
  valn060106: ['INVALID_TAG', '6.1', 'the confirmation tag of a commit fits the key schedule of the new epoch'],
  valn060107: ['INVALID_MESSAGE', '12.1.8', 'a new member may propose itself only where the application allows it'],
  valn060201: ['INVALID_TAG', '6.2', 'the membership tag of a member verifies'],
  valn060301: ['INVALID_MESSAGE', '6.3.1', 'padding is zeros'],
  valn060302: ['INVALID_MESSAGE', '6.3.2', 'the sender data of a PrivateMessage names a non-blank leaf'],
  valn060303: ['WRONG_EPOCH', '6.3', 'a PrivateMessage names an epoch that this member has reached'],

  valn070301: ['INVALID_SIGNATURE', '7.3', 'the signature of a LeafNode verifies under its signature key'],
  valn070302: ['INVALID_LEAF_NODE', '7.3', 'a LeafNode supports the capabilities that the group requires'],
  valn070303: ['INVALID_LEAF_NODE', '7.3', 'the credential type of each member is supported by all members'],
  valn070304: ['EXPIRED', '7.3', 'the lifetime of a LeafNode has begun and is not over'],
  valn070305: ['EXPIRED', '7.2', 'the lifetime of a LeafNode is not longer than the application allows'],
  valn070306: ['INVALID_LEAF_NODE', '7.3', 'a LeafNode lists its non-default extensions in its capabilities'],
  valn070307: ['INVALID_LEAF_NODE', '7.3', 'the source of a LeafNode fits the place where it appears'],
  valn070308: ['INVALID_LEAF_NODE', '7.3', 'an Update or a path changes the encryption key of its leaf'],
  valn070309: ['INVALID_LEAF_NODE', '7.3', 'signature keys are unique among the members'],
  valn070310: ['INVALID_LEAF_NODE', '7.3', 'encryption keys are unique in the tree'],
  valn070311: ['INVALID_LEAF_NODE', '7.2', 'a LeafNode lists its own credential type in its capabilities'],
  valn070312: ['INVALID_LEAF_NODE', '13.4', 'a list of extensions has no type twice'],
  valn070313: ['INVALID_LEAF_NODE', '13.4', 'a member supports every extension of the group context'],
  valn070314: ['INVALID_LEAF_NODE', '7.2', 'a LeafNode supports the version and cipher suite of its group'],
  valn070315: ['INVALID_LEAF_NODE', '5.1', 'public keys have the size that the cipher suite gives them'],
  valn070316: ['INVALID_LEAF_NODE', '5.1.1', 'a public key is one that HPKE can encrypt to'],
  valn070901: ['INVALID_TREE', '7.9.2', 'each non-blank parent node is parent-hash valid'],
  valn070902: ['INVALID_COMMIT', '7.9.2', 'the parent hash of the committer fits the path of its commit'],

  valn080101: ['INVALID_GROUP_INFO', '8.1', 'the version of a group is mls10'],
  valn080102: ['UNSUPPORTED', '8.1', 'an epoch is below 2^53, so that applications hold it exactly'],
  valn080301: ['INVALID_PROPOSAL', '8.3', 'a KEM output has the size that the cipher suite gives it'],
  valn080401: ['UNKNOWN_PSK', '8.4', 'every pre-shared key that a commit or a Welcome names is at hand'],

  valn090101: ['GENERATION_USED', '9.1', 'a key opens one message, and not later than the window allows'],
  valn090201: ['EPOCH_TOO_OLD', '9.2', 'the message secrets of an epoch are not deleted yet'],

  valn100101: ['INVALID_KEY_PACKAGE', '10.1', 'a KeyPackage has the version and cipher suite of the group'],
  valn100102: ['INVALID_SIGNATURE', '10.1', 'the signature of a KeyPackage verifies'],
  valn100103: ['INVALID_KEY_PACKAGE', '10.1', 'the init key of a KeyPackage is not its encryption key'],

  valn110201: ['INVALID_WELCOME', '11.2', 'the last commit of a group that is reinitialized holds the ReInit'],
  valn110202: ['INVALID_WELCOME', '11.2', 'a successor has the group id that the ReInit gives'],
  valn110203: ['INVALID_WELCOME', '11.2', 'a successor has the version and cipher suite that the ReInit gives'],
  valn110204: ['INVALID_WELCOME', '11.2', 'a successor has the extensions that the ReInit gives'],
  valn110205: ['INVALID_WELCOME', '11.2', 'every member of a group is a member of its successor'],
  valn110206: ['INVALID_WELCOME', '11.2', 'every member of a successor was a member of the group before'],
  valn110207: ['UNSUPPORTED', '11', 'every member supports the cipher suite of the successor'],
  valn110301: ['INVALID_WELCOME', '11.3', 'a branch has the version and cipher suite of its group'],
  valn110302: ['INVALID_WELCOME', '11.3', 'every member of a branch is a member of its group'],
  valn110303: ['INVALID_WELCOME', '12.4.3.1', 'a branch has another group id than its group'],

  valn120101: ['INVALID_PROPOSAL', '12.1.3', 'a Remove names a non-blank leaf'],
  valn120102: ['INVALID_PROPOSAL', '12.1.4', 'the nonce of a pre-shared key has the size of a hash'],
  valn120103: ['INVALID_PROPOSAL', '12.1.4', 'resumption keys for reinit and branch are used there only'],
  valn120104: ['INVALID_PROPOSAL', '12.1.5', 'a ReInit does not lower the version'],
  valn120105: ['INVALID_PROPOSAL', '12.1.8.1', 'external senders have signature keys of the cipher suite'],
  valn120121: ['UNSUPPORTED', '12.1.5', 'a ReInit leads to a protocol version that this library speaks'],

  valn120201: ['INVALID_COMMIT', '12.2', 'no Update of the committer is committed'],
  valn120202: ['INVALID_COMMIT', '12.2', 'the committer does not remove itself'],
  valn120203: ['INVALID_COMMIT', '12.2', 'at most one Update or Remove applies to a leaf'],
  valn120204: ['INVALID_COMMIT', '12.2', 'no client is added twice'],
  valn120205: ['INVALID_COMMIT', '12.2', 'no pre-shared key is used twice'],
  valn120206: ['INVALID_COMMIT', '12.2', 'at most one GroupContextExtensions is committed'],
  valn120207: ['INVALID_COMMIT', '12.2', 'a ReInit is committed alone'],
  valn120208: ['INVALID_COMMIT', '12.2', 'ExternalInit belongs to external commits'],
  valn120221: ['INVALID_COMMIT', '12.2', 'an external commit holds exactly one ExternalInit'],
  valn120222: ['INVALID_COMMIT', '12.2', 'an external commit holds at most one Remove'],
  valn120223: [
    'INVALID_COMMIT',
    '12.2',
    'an external commit holds ExternalInit, Remove and PreSharedKey, nothing else',
  ],
  valn120224: ['INVALID_COMMIT', '12.2', 'the Remove of an external commit is of an older leaf of its sender'],

  valn120401: ['INVALID_COMMIT', '12.4', 'a commit has a path where it is required'],
  valn120402: ['UNKNOWN_PROPOSAL', '12.4', 'the proposals that a commit refers to were received in this epoch'],
  valn120403: ['INVALID_COMMIT', '12.4.2', 'the public keys of a path are new to the tree'],
  valn120404: ['INVALID_COMMIT', '7.5', 'a path has one node for each node of the filtered direct path'],
  valn120405: ['INVALID_COMMIT', '7.6', 'a path node has one ciphertext for each node of the resolution'],
  valn120406: ['INVALID_COMMIT', '7.5', 'the path secrets give the public keys of the path'],
  valn120421: ['INVALID_COMMIT', '12.4.3.2', 'an external commit has a path'],
  valn120422: ['INVALID_COMMIT', '12.4.3.2', 'an external commit refers to no proposals'],
  valn120423: ['INVALID_COMMIT', '12.4.3.2', 'an external commit brings a member back under its own signature key'],
  valn120424: ['INVALID_GROUP_INFO', '12.4.3.2', 'a GroupInfo for an external commit holds the external public key'],
  valn120425: ['INVALID_GROUP_INFO', '12.4.3.2', 'who comes back stands in the tree, with its signature key'],

  valn120501: ['INVALID_WELCOME', '12.4.3.1', 'a Welcome is for this KeyPackage and its cipher suite'],
  valn120502: ['INVALID_GROUP_INFO', '12.4.3.1', 'the signature of a GroupInfo verifies under its signer'],
  valn120503: ['INVALID_TREE', '12.4.3.1', 'the tree has the tree hash of the group context'],
  valn120504: ['INVALID_TREE', '12.4.3.1', 'unmerged leaves are non-blank, sorted descendants, known all the way up'],
  valn120505: ['INVALID_TREE', '12.4.3.3', 'the last node of a ratchet tree is not blank'],
  valn120506: ['INVALID_WELCOME', '12.4.3.1', 'the tree holds the leaf of the KeyPackage'],
  valn120507: ['INVALID_WELCOME', '12.4.3.1', 'the path secret of a Welcome gives the public keys of the tree'],
  valn120508: ['INVALID_TAG', '12.4.3.1', 'the confirmation tag of a GroupInfo fits its key schedule'],
  valn120509: ['INVALID_GROUP_INFO', '12.4.3.1', 'a ratchet tree comes with the GroupInfo or beside it'],
  valn120510: ['INVALID_WELCOME', '12.4.3.1', 'a resumption key for reinit or branch is the only such key'],
  valn120511: ['INVALID_TREE', '7.8', 'leaves stand at even positions and parents at odd ones'],
  valn120512: ['INVALID_WELCOME', '12.4.3.1', 'the group id of a Welcome is new to the device'],
  valn120521: ['UNKNOWN_PSK', '12.4.3.1', 'a Welcome that continues a group is joined with that group'],
  valn120522: ['INVALID_WELCOME', '12.4.3.1', 'a Welcome that is joined with a group continues it'],
  valn120523: ['INVALID_WELCOME', '12.4.3.1', 'a group that continues another one begins with epoch 1'],

  valn150301: ['GENERATION_TOO_FAR', '15.3', 'a message is not too far ahead of the ratchet of its sender'],
} as const satisfies Record<string, readonly [MlsErrorCode, string, string]>;

export type Rule = keyof typeof rules;

/** @throws MlsError with the rule's code when the condition does not hold */
export function demand(condition: boolean, rule: Rule): asserts condition {
  if (!condition) throw broken(rule);
}

export function broken(rule: Rule): MlsError {
  const [code, section, sentence] = rules[rule];
  return new MlsError(code, `${sentence} (${rule}, RFC 9420 section ${section})`, rule);
}
