import { Injectable } from '@nestjs/common';

import { PublicGroup, suiteIds } from '#mls/wire';
import type { Member } from '#mls/wire';
import { parseLabel } from '#policy';

import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, pageSize, toConnection, toLabelType } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { IDEMPOTENCY_KEY_BYTES } from '../envelopes/appender.js';
import { LogEvents } from '../hints/logEvents.js';
import { Labels } from '../labels.js';
import { Admission, deviceOf, labelIn } from './admission.js';
import { GroupStore } from './groupStore.js';
import type { GroupRow } from './groupStore.js';
import type { CreateGroupInput, GroupType } from './group.types.js';
import { PublicGroups } from './publicGroups.js';

const GROUP_ID_BYTES = 16;
const MAX_GROUP_INFO_BYTES = 64 * 1024;

/** Founds groups and shows members what they are in. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly store: GroupStore,
    private readonly publicGroups: PublicGroups,
    private readonly admission: Admission,
    private readonly labels: Labels,
    private readonly directory: DirectoryService,
    private readonly events: LogEvents,
    private readonly clock: Clock,
  ) {}

  async page(caller: Caller, first: number, after: string | null | undefined): Promise<Connection<GroupType>> {
    const [last] = decodeCursor(after, ['string']) ?? [''];
    const size = pageSize(first);
    const rows = await this.store.page(caller.deviceId, String(last), size + 1);
    const toGroup = await this.#toGroup();
    return toConnection(rows, size, ({ id }) => [id], toGroup);
  }

  /** Undefined when there is no such group, or the caller's device is not a member. */
  async one(caller: Caller, groupId: string): Promise<GroupType | undefined> {
    const row = await this.store.one(caller.deviceId, groupId);
    return row && (await this.#toGroup())(row);
  }

  /**
   * Founds a group whose only member is the caller's device. A retry with the same key returns the group again.
   * Throws GROUP_INVALID, LABEL_UNKNOWN, CLEARANCE_TOO_LOW or CONFLICT.
   */
  async create(caller: Caller, { groupInfo, idempotencyKey }: CreateGroupInput): Promise<GroupType> {
    if (idempotencyKey.length !== IDEMPOTENCY_KEY_BYTES) throw invalid('an idempotency key has 16 bytes');
    const group = readGroupInfo(groupInfo);
    const leaf = onlyLeaf(group);
    if (deviceOf(leaf) !== caller.deviceId) throw invalid("the only member has to be the caller's device");
    const label = labelIn(group.extensions);
    if (label === undefined) throw invalid('the group context has no label');
    await this.labels.parse(label);
    await this.admission.requireExtensions(group.extensions, 'GROUP_INVALID');
    await this.admission.require(leaf, label, 'GROUP_INVALID');
    const id = Buffer.from(group.groupId).toString('hex');
    const key = Buffer.from(idempotencyKey);
    const creator = { creatorDevice: caller.deviceId, leafIndex: leaf.leafIndex, idempotencyKey: key };
    const founded = await this.store.found({ id, label, ...creator, createdAt: this.clock.now(), group });
    if (!founded && !(await this.store.isRetry(id, caller.deviceId, key))) {
      throw new Refusal('CONFLICT', 'a conversation with this id exists already', { field: 'groupInfo' });
    }
    if (founded) {
      this.publicGroups.keep(id, 0, 0, group);
      this.events.emit([{ kind: 'CREATED', groupId: id, groupEpoch: 0, lastSeq: 0, envelopes: [] }]);
    }
    const created = await this.one(caller, id);
    if (!created) throw new Refusal('NOT_A_MEMBER', 'this device is no longer a member of the conversation');
    return created;
  }

  async #toGroup(): Promise<(row: GroupRow) => GroupType> {
    const policy = await this.directory.policy();
    return ({ id, label, epoch, last_seq, first_seq, member_count }) => {
      const parsed = parseLabel(label);
      if (!parsed) throw new Error('a stored label is canonical');
      const counts = { epoch, lastSeq: last_seq, firstSeq: first_seq, members: member_count };
      return { id, label: toLabelType(parsed, policy), ...counts };
    };
  }
}

function readGroupInfo(bytes: Uint8Array): PublicGroup {
  if (bytes.length > MAX_GROUP_INFO_BYTES) throw invalid('the GroupInfo of one member is not that large');
  const group = parse(bytes);
  if (group.groupId.length !== GROUP_ID_BYTES) throw invalid('a group id has 16 bytes');
  if (group.epoch !== 0) throw invalid('a conversation begins with epoch 0');
  if (!suiteIds.includes(group.cipherSuite)) throw invalid('the cipher suite is not one of the ministry');
  return group;
}

function parse(bytes: Uint8Array): PublicGroup {
  try {
    return PublicGroup.fromGroupInfo(bytes);
  } catch {
    throw invalid('the GroupInfo does not verify');
  }
}

function onlyLeaf(group: PublicGroup): Member {
  const [leaf, second] = group.members;
  if (!leaf || second) throw invalid('a conversation begins with one member');
  return leaf;
}

function invalid(message: string): Refusal {
  return new Refusal('GROUP_INVALID', message, { field: 'groupInfo' });
}
