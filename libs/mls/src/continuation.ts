import { toHex } from '#primitives/verify';

import { encodeWith } from './codec.js';
import { identityOf } from './credential.js';
import { encodeExtension } from './extension.js';
import type { Extension } from './extension.js';
import type { GroupContext } from './groupContext.js';
import { mls10 } from './keyPackage.js';
import { sameBytes } from './keySet.js';
import type { PreSharedKeyId } from './preSharedKey.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import { reInitOf } from './successor.js';
import type { PublicState } from './transition.js';

/** The id of a resumption key with usage `reinit` or `branch`: its group is continued by the one that uses it. */
export type ContinuingPsk = Extract<PreSharedKeyId, { kind: 'resumption' }>;

/** The only such key of a Welcome (RFC 9420 section 12.4.3.1). @throws MlsError valn120510 */
export function continuingPskOf(psks: readonly PreSharedKeyId[]): ContinuingPsk | undefined {
  const [first, ...more] = psks.flatMap((psk) => (isContinuing(psk) ? [psk] : []));
  demand(more.length === 0, 'valn120510');
  return first;
}

const isContinuing = (psk: PreSharedKeyId): psk is ContinuingPsk =>
  psk.kind === 'resumption' && psk.usage !== 'application';

/** A new group against the one that it continues, as a joiner checks it (RFC 9420 section 12.4.3.1). @throws MlsError */
export function checkContinuation(
  psk: ContinuingPsk,
  context: GroupContext,
  tree: RatchetTree,
  old: Pick<PublicState, 'context' | 'tree' | 'successor'>,
): void {
  demand(context.epoch === 1n, 'valn120523');
  if (psk.usage === 'reinit') checkSuccessor(psk, context, old);
  else checkBranch(context, old);
  checkMembership(psk.usage, identitiesIn(old.tree), identitiesIn(tree));
}

function checkSuccessor(
  { epoch }: ContinuingPsk,
  context: GroupContext,
  old: Pick<PublicState, 'context' | 'successor'>,
): void {
  const { successor } = old;
  demand(successor !== undefined && epoch === old.context.epoch, 'valn110201');
  demand(sameBytes(context.groupId, successor.groupId), 'valn110202');
  demand(context.version === mls10 && context.cipherSuite === successor.suite, 'valn110203');
  demand(sameBytes(listBytes(context.extensions), listBytes(reInitOf(successor).extensions)), 'valn110204');
}

function checkBranch(context: GroupContext, old: Pick<PublicState, 'context'>): void {
  const { version, cipherSuite, groupId } = old.context;
  demand(context.version === version && context.cipherSuite === cipherSuite, 'valn110301');
  demand(!sameBytes(context.groupId, groupId), 'valn110303');
}

/**
 * Who may be in a group that continues another one: all of the old members in a successor, some of them in a branch, in
 * both nobody else. Members match by the identity of their credentials. @throws MlsError valn110205, valn110206, valn110302
 */
export function checkMembership(
  usage: ContinuingPsk['usage'],
  before: readonly Uint8Array[],
  after: readonly Uint8Array[],
): void {
  if (usage === 'reinit') demand(isWithin(before, after), 'valn110205');
  demand(isWithin(after, before), usage === 'reinit' ? 'valn110206' : 'valn110302');
}

export const identitiesIn = (tree: RatchetTree): Uint8Array[] =>
  [...tree.members()].map(([, { credential }]) => identityOf(credential));

/** Whether each of `some` is among `all`, as often as it comes. */
function isWithin(some: readonly Uint8Array[], all: readonly Uint8Array[]): boolean {
  const counts = new Map<string, number>();
  for (const identity of all) counts.set(toHex(identity), (counts.get(toHex(identity)) ?? 0) + 1);
  return some.every((identity) => {
    const left = (counts.get(toHex(identity)) ?? 0) - 1;
    counts.set(toHex(identity), left);
    return left >= 0;
  });
}

const listBytes = (extensions: readonly Extension[]): Uint8Array =>
  encodeWith((writer, list) => {
    writer.vector(list, encodeExtension);
  }, extensions);
