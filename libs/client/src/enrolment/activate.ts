import { equalBytes } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import type { Transport } from '../ports/transport.js';
import { loadSecret, saveProfile } from '../profile.js';
import type { Profile } from '../profile.js';
import { isVouched } from '../verification/changedIdentities.js';
import { sendRegistration } from './registration.js';

/**
 * Makes a device that waits for an officer ready for use when the officer has done their part: a session opens, and the verified
 * directory says about this device what this device says about itself. Returns the profile as it is then.
 * @throws ChanceryError UNAUTHENTICATED while the enrolment is not complete, ROOT_MISMATCH, DEVICE_REVOKED, SERVER_UNREACHABLE …
 */
export async function activate(core: Core, transport: Transport): Promise<Profile> {
  const { profile, store } = core;
  if (profile.state === 'enrolled') return profile;
  if (profile.state === 'revoked') throw revoked();
  await openFirstSession(core, transport);
  await core.directory.catchUp(core.session);
  core.directory.requireSound();
  const enrolled = await fromDirectory(core);
  await store.transaction((sql) => saveProfile(sql, enrolled));
  return enrolled;
}

/** Runs what talks to the server, and remembers when the server says that this device is revoked. */
export async function noticingRevocation<Result>(core: Core, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'DEVICE_REVOKED') && core.profile.state !== 'revoked') {
      core.profile = { ...core.profile, state: 'revoked' };
      await core.store.transaction((sql) => saveProfile(sql, core.profile));
    }
    throw error;
  }
}

function revoked(): ChanceryError {
  return new ChanceryError('DEVICE_REVOKED', 'This device was revoked.');
}

async function openFirstSession({ store, session }: Core, transport: Transport): Promise<void> {
  // the claim may have been lost on its way
  await sendRegistration(store, transport, true);
  try {
    await session.token();
  } catch (error) {
    if (!hasCode(error, 'UNAUTHENTICATED', 'CHALLENGE_INVALID', 'NOT_FOUND', 'FORBIDDEN')) throw error;
    throw new ChanceryError('UNAUTHENTICATED', 'The enrolment waits for an officer to complete it.', {
      remedy: 'Ask the officer who gave you the link, then try again.',
      cause: error,
    });
  }
}

async function fromDirectory({ directory, profile, store, deviceKey }: Core): Promise<Profile> {
  const { ministry } = directory.current;
  const person = directory.current.person(profile.personId);
  const device = directory.current.device(profile.deviceId);
  const identity = await loadSecret(store, 'identityKey');
  const isOwn =
    person !== undefined &&
    device?.person === person.id &&
    isVouched(directory.current, person.id, identity.publicKey) &&
    equalBytes(device.signatureKey, deviceKey.publicKey);
  if (!isOwn) throw wrong('The directory names other keys for you than those of this device.');
  if (!ministry) throw wrong('The directory does not say whose it is.');
  return { ...profile, personName: person.name, postId: person.post, ministryName: ministry.name, state: 'enrolled' };
}

function wrong(message: string): ChanceryError {
  return new ChanceryError('STATEMENT_INVALID', message, { remedy: 'Do not go on; tell your security officer.' });
}
