import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type {
  AddDevice,
  Assign,
  Clear,
  Enrol,
  RevokeDevice,
  RevokePerson,
  RevokePost,
  RotateIdentity,
  VerifiedStatement,
} from '#transparency';

import { Role } from '../../access/index.js';
import { ClearanceEntity, DeviceEntity, PersonEntity, PersonRoleEntity } from '../people/person.entity.js';

/** Writes what a statement says into the tables that answer quick questions, in the transaction that records it. */
export async function project(
  { body, seq, cosigner }: VerifiedStatement,
  manager: EntityManager,
  at: Date,
): Promise<void> {
  switch (body.type) {
    case 'enrol':
      return projectEnrol(body, manager);
    case 'clear':
      return projectClear(body, manager);
    case 'addDevice':
      return projectDevice(body, seq, manager, at);
    case 'assign':
      return projectAssignment(body, manager);
    case 'revokeDevice':
      return projectRevocation(body, manager, at);
    case 'revokePerson':
      return projectPersonRevocation(body, manager, at);
    case 'revokePost':
      return projectPostRevocation(body, manager, at);
    case 'rotateIdentity':
      return projectIdentity(body, cosigner !== undefined, manager, at);
    case 'root':
    case 'appoint':
    case 'auditHead':
    case 'policy':
    case 'release':
    case 'serverKey':
    // Powers and heads are asked of the verified state only; a policy's text comes with its act.
  }
}

async function projectEnrol({ person, name, post, identityKey }: Enrol, manager: EntityManager): Promise<void> {
  const row = { id: person, name, postId: post, identityKey: Buffer.from(identityKey), revokedAt: null };
  await manager.insert(PersonEntity, row);
}

async function projectClear(body: Clear, manager: EntityManager): Promise<void> {
  const { person, policy, level, until } = body;
  const categories = body.categories.map(({ tag, values }) => ({ tag, values: [...values] }));
  const row = { personId: person, policy, level, categories, until: until === undefined ? null : new Date(until) };
  await manager.upsert(ClearanceEntity, row, ['personId']);
}

async function projectDevice(body: AddDevice, seq: number, manager: EntityManager, at: Date): Promise<void> {
  const { device, person, name, signatureKey } = body;
  const row = { id: device, personId: person, name, signatureKey: Buffer.from(signatureKey) };
  await manager.insert(DeviceEntity, { ...row, addedAt: at, addedSeq: seq, revokedAt: null });
}

async function projectAssignment({ person, post, roles, until }: Assign, manager: EntityManager): Promise<void> {
  await manager.update(PersonEntity, { id: person }, { postId: post });
  await manager.delete(PersonRoleEntity, { personId: person });
  const end = until === undefined ? null : new Date(until);
  const held = Object.values(Role).filter((role) => roles.includes(role));
  const rows = held.map((role) => ({ personId: person, role, until: end }));
  if (rows.length > 0) await manager.insert(PersonRoleEntity, rows);
}

async function projectRevocation({ device }: RevokeDevice, manager: EntityManager, at: Date): Promise<void> {
  await manager.update(DeviceEntity, { id: device }, { revokedAt: at });
}

async function projectPersonRevocation({ person }: RevokePerson, manager: EntityManager, at: Date): Promise<void> {
  await manager.update(PersonEntity, { id: person }, { revokedAt: at });
  await revokeDevicesOf(person, manager, at);
  await manager.update(ClearanceEntity, { personId: person }, { until: new Date(0) });
  await manager.delete(PersonRoleEntity, { personId: person });
}

async function projectPostRevocation({ post }: RevokePost, manager: EntityManager, at: Date): Promise<void> {
  await manager.query(
    `UPDATE device SET revoked_at = $2 FROM person
     WHERE device.person_id = person.id AND person.post_id = $1 AND device.revoked_at IS NULL`,
    [post, at],
  );
}

/** Officers who replace an identity key end the trust in the devices that the old one may have added. */
async function projectIdentity(
  { person, identityKey }: RotateIdentity,
  byOfficers: boolean,
  manager: EntityManager,
  at: Date,
): Promise<void> {
  await manager.update(PersonEntity, { id: person }, { identityKey: Buffer.from(identityKey) });
  if (byOfficers) await revokeDevicesOf(person, manager, at);
}

async function revokeDevicesOf(personId: string, manager: EntityManager, at: Date): Promise<void> {
  await manager.update(DeviceEntity, { personId, revokedAt: IsNull() }, { revokedAt: at });
}
