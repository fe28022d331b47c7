import { Injectable } from '@nestjs/common';

import type { Directory, PersonRecord, VerifiedStatement } from '#transparency';

import { AccessChanges } from '../../access/index.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { StatementLog } from './statementLog.js';
import { DIRECTORY_GROWN_TOPIC } from './topics.js';

/** Tells all instances what new statements have changed; to be called after their transaction has committed. */
@Injectable()
export class Announcer {
  constructor(
    private readonly pubsub: PubSub,
    private readonly access: AccessChanges,
    private readonly log: StatementLog,
  ) {}

  async announce(fresh: readonly VerifiedStatement[]): Promise<void> {
    const newest = fresh.at(-1);
    if (!newest) return;
    const directory = await this.log.state();
    const revoked = fresh.flatMap((statement) => devicesRevokedBy(statement, directory));
    if (revoked.length > 0) await this.access.devicesRevoked(revoked);
    for (const personId of changedBy(fresh)) await this.access.personChanged(personId);
    await this.pubsub.publish(DIRECTORY_GROWN_TOPIC, String(newest.seq));
  }
}

/** The devices whose trust ended with exactly this statement. */
function devicesRevokedBy({ body, seq }: VerifiedStatement, directory: Directory): string[] {
  const devices = peopleConcerned(body, directory).flatMap(({ id }) => directory.devicesOf(id));
  return devices.filter(({ revoked }) => revoked?.seq === seq).map(({ id }) => id);
}

function peopleConcerned(body: VerifiedStatement['body'], directory: Directory): PersonRecord[] {
  // people may have left the post since, in a later statement of the same request
  if (body.type === 'revokePost') return [...directory.persons()];
  const personId =
    'device' in body ? directory.device(body.device)?.person : 'person' in body ? body.person : undefined;
  const person = personId === undefined ? undefined : directory.person(personId);
  return person ? [person] : [];
}

/** Those whose roles, clearance or post have changed. */
function changedBy(fresh: readonly VerifiedStatement[]): ReadonlySet<string> {
  const changes = fresh.flatMap(({ body }) =>
    body.type === 'clear' || body.type === 'assign' || body.type === 'revokePerson' ? [body.person] : [],
  );
  return new Set(changes);
}
