import { externalSendersExtension, externalSendersIn, extensionTypes } from '#mls';
import { equalBytes, toHex, utf8 } from '#primitives';
import type { Directory } from '#transparency';

const IDENTITY = utf8('chancery delivery');

/**
 * Who beside the members may propose in a conversation: the Delivery Service, under the keys that the log states for it, and
 * removals only. An empty map where the log states none.
 */
export function externalSenders(directory: Directory, now: Date): ReadonlyMap<number, Uint8Array> {
  const keys = directory.serverKeys('delivery', now);
  if (keys.length === 0) return new Map();
  const senders = keys.map((signatureKey) => ({ signatureKey, identity: IDENTITY }));
  return new Map([[extensionTypes.externalSenders, externalSendersExtension(senders)]]);
}

/** The extensions that a group should have by now; undefined when the newest key of the Delivery Service stands in them already. */
export function renewedExtensions(
  extensions: ReadonlyMap<number, Uint8Array>,
  directory: Directory,
  now: Date,
): ReadonlyMap<number, Uint8Array> | undefined {
  const [newest] = directory.serverKeys('delivery', now);
  if (!newest || externalSendersIn(extensions).some(({ signatureKey }) => equalBytes(signatureKey, newest)))
    return undefined;
  return new Map([...extensions, ...externalSenders(directory, now)]);
}

/** Whether all who may propose are keys of the Delivery Service that the log states for that time. */
export function nameStatedSenders(
  extensions: ReadonlyMap<number, Uint8Array>,
  directory: Directory,
  at: Date,
): boolean {
  const stated = new Set(directory.serverKeys('delivery', at).map(toHex));
  return externalSendersIn(extensions).every(({ signatureKey }) => stated.has(toHex(signatureKey)));
}

/** Whether a change of extensions leaves everything as it is but who may propose from outside. */
export function changeOnlySenders(
  before: ReadonlyMap<number, Uint8Array>,
  after: ReadonlyMap<number, Uint8Array>,
): boolean {
  const types = new Set([...before.keys(), ...after.keys()]);
  types.delete(extensionTypes.externalSenders);
  return [...types].every((type) => {
    const [old, renewed] = [before.get(type), after.get(type)];
    return old !== undefined && renewed !== undefined && equalBytes(old, renewed);
  });
}
