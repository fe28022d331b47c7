import type { EntityManager } from 'typeorm';

import type { AddDevice, Clear, Enrol, RevokeDevice, VerifiedStatement } from '#transparency';

import { ClearanceEntity, DeviceEntity, PersonEntity } from '../people/person.entity.js';

/** Writes what a statement says into the tables that answer quick questions, in the transaction that records it. */
export async function project({ body, seq }: VerifiedStatement, manager: EntityManager, at: Date): Promise<void> {
  switch (body.type) {
    case 'enrol':
      return projectEnrol(body, manager);
    case 'clear':
      return projectClear(body, manager);
    case 'addDevice':
      return projectDevice(body, seq, manager, at);
    case 'revokeDevice':
      return projectRevocation(body, manager, at);
    case 'root':
    case 'appoint':
    // Powers are asked of the verified state only.
  }
}

async function projectEnrol({ person, name, post, identityKey }: Enrol, manager: EntityManager): Promise<void> {
  await manager.insert(PersonEntity, { id: person, name, postId: post, identityKey: Buffer.from(identityKey) });
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

async function projectRevocation({ device }: RevokeDevice, manager: EntityManager, at: Date): Promise<void> {
  await manager.update(DeviceEntity, { id: device }, { revokedAt: at });
}
