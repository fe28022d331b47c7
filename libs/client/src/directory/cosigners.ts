import { utf8 } from '#primitives';
import { cosignaturesBy, cosignerName, decodeNote, LogError } from '#transparency';
import type { Directory, Note } from '#transparency';

import type { CosignerView } from './types.js';

/** Whose cosignatures under a note verify, by the keys that the directory names. */
export function cosignersOf(note: string, directory: Directory, now: Date): CosignerView[] {
  const { ministry } = directory;
  if (!ministry) return [];
  const prefix = cosignerName(ministry.fingerprint, '');
  const opened = decodeNote(utf8(note));
  const names = opened.signatures.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  return [...new Set(names)].flatMap((name) => cosignerOf(opened, name.slice(prefix.length), directory, now) ?? []);
}

function cosignerOf(note: Note, deviceId: string, directory: Directory, now: Date): CosignerView | undefined {
  const device = directory.device(deviceId);
  const person = device && directory.person(device.person);
  const fingerprint = directory.ministry?.fingerprint;
  if (!person || !fingerprint) return undefined;
  const time = timeOf(note, { name: cosignerName(fingerprint, deviceId), publicKey: device.signatureKey });
  if (time === undefined) return undefined;
  const isWitness = directory.powersOf(person.id, now).has('witness');
  const { id: personId, name: personName, post: postId } = person;
  return { deviceId, personId, personName, postId, isWitness, at: new Date(time * 1000).toISOString() };
}

function timeOf(note: Note, key: Parameters<typeof cosignaturesBy>[1]): number | undefined {
  try {
    return cosignaturesBy(note, key)[0]?.time;
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
