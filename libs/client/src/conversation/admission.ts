import { canRead, dominates, parseLabel, validateLabel } from '#policy';
import type { Label, SecurityPolicy } from '#policy';
import { equalBytes, fromUtf8, PrimitivesError } from '#primitives';
import type { Directory } from '#transparency';

/** A leaf as a member, or a commit, presents it. */
export interface PresentedLeaf {
  /** The credential: UTF-8 of the device id. */
  readonly identity: Uint8Array;
  readonly signatureKey: Uint8Array;
}

/**
 * - `unknown`, `foreign-key`: the server, or a member, made it up. A commit that brings such a leaf in is refused, the conversation frozen.
 * - `revoked`, `uncleared`: it was sound once, and a commit of that time may be read much later. Nothing is encrypted to it: the next
 *   sender removes it first.
 */
export interface Objection {
  readonly kind: 'unknown' | 'foreign-key' | 'revoked' | 'uncleared';
  /** Ends a sentence such as "X has added …". */
  readonly words: string;
}

const WORDS: Readonly<Record<Objection['kind'], string>> = {
  unknown: 'a device that the directory does not know',
  'foreign-key': 'a device under a key that is not its own',
  revoked: 'a device that is revoked',
  uncleared: "a device of a person whose clearance does not cover the conversation's label",
};

/**
 * Why a leaf may not be in a group with this label; undefined when it may. Its device has to be in the verified directory, unrevoked,
 * under the same key, and its person's clearance has to cover the label.
 */
export function objectionTo(
  leaf: PresentedLeaf,
  label: Label,
  directory: Directory,
  policy: SecurityPolicy,
  now: Date,
): Objection | undefined {
  const device = directory.device(deviceIdOf(leaf.identity) ?? '');
  if (!device) return objection('unknown');
  if (!equalBytes(device.signatureKey, leaf.signatureKey)) return objection('foreign-key');
  if (device.revoked) return objection('revoked');
  // nothing is sent under a label without a meaning, and nobody has to leave for it
  if (validateLabel(label, policy).length > 0) return undefined;
  return canRead(directory.clearanceOf(device.person, now), label, policy, now) ? undefined : objection('uncleared');
}

/** Whether no time can have been at which the leaf was sound. */
export function isForged({ kind }: Objection): boolean {
  return kind === 'unknown' || kind === 'foreign-key';
}

function objection(kind: Objection['kind']): Objection {
  return { kind, words: WORDS[kind] };
}

/** The device that a credential names; undefined when it is no text. */
export function deviceIdOf(identity: Uint8Array): string | undefined {
  try {
    return fromUtf8(identity);
  } catch (error) {
    if (error instanceof PrimitivesError) return undefined;
    throw error;
  }
}

/** The label in a message's authenticated data, if the group's label covers it. */
export function coveredLabel(text: string, group: Label, policy: SecurityPolicy): Label | undefined {
  const label = parseLabel(text);
  return label && dominates(group, label, policy) ? label : undefined;
}
