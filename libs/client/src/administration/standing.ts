import { MeDocument } from '#contracts';
import type { Power, RevocationReason } from '#transparency';

import type { Core } from '../core.js';

/** What this person may do in the administration: by the server's roles, and by signed appointment. */
export interface Standing {
  readonly personId: string;
  /** The server's word: what it lets this device ask for. */
  readonly permissions: readonly string[];
  readonly roles: readonly string[];
  /** By the verified directory: what every device believes this person may sign. */
  readonly powers: readonly Power[];
  readonly mayAppoint: boolean;
}

/** An appointment that is in force. */
export interface OfficerView {
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  readonly powers: readonly Power[];
  readonly mayAppoint: boolean;
  /** By the ministry's root: no officer can end it. */
  readonly byRoot: boolean;
  readonly until: string | undefined;
}

export async function standingOf({ session, directory, profile, timer }: Core): Promise<Standing> {
  await directory.catchUp(session);
  const { me } = await session.execute(MeDocument, {});
  const { personId } = profile;
  const appointment = directory.current.appointmentOf(personId, timer.now());
  return {
    personId,
    permissions: me.permissions,
    roles: me.person.roles,
    powers: appointment?.powers ?? [],
    mayAppoint: appointment?.mayAppoint ?? false,
  };
}

/** Everybody who is not revoked and holds powers now; from the vault. */
export function officersOf({ directory: { current }, timer }: Core): OfficerView[] {
  return [...current.persons()].flatMap(({ id: personId, name: personName, post: postId, revoked }) => {
    const appointment = current.appointmentOf(personId, timer.now());
    if (!appointment || appointment.powers.length === 0 || revoked) return [];
    const { powers, mayAppoint, byRoot, until } = appointment;
    const end = until === undefined ? undefined : new Date(until).toISOString();
    return [{ personId, personName, postId, powers, mayAppoint, byRoot, until: end }];
  });
}

/** A device that is no longer trusted. */
export interface RevokedDeviceView {
  readonly id: string;
  readonly name: string;
  readonly personId: string;
  readonly personName: string;
  readonly revokedAt: string;
  readonly reason: RevocationReason;
  /** Place of the statement in the log. */
  readonly statement: number;
}

/** All of them, newest first; from the vault. */
export function revokedDevicesOf({ directory: { current } }: Core): RevokedDeviceView[] {
  const all = [...current.persons()].flatMap(({ id: personId, name: personName }) =>
    current.devicesOf(personId).flatMap(({ id, name, revoked }) => {
      if (!revoked) return [];
      const { at, reason, seq: statement } = revoked;
      return [{ id, name, personId, personName, revokedAt: new Date(at).toISOString(), reason, statement }];
    }),
  );
  return all.toSorted((a, b) => b.statement - a.statement);
}
