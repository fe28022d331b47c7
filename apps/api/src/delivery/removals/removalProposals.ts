import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { externalRemove, externalSendersIn } from '#mls/wire';
import type { PublicGroup } from '#mls/wire';
import { equalBytes } from '#primitives/verify';

import { ServerKeys } from '../../directory/index.js';
import { EnvelopeKind } from '../envelopes/envelope.types.js';
import type { EnvelopeType } from '../envelopes/envelope.types.js';
import { deviceOf } from '../groups/admission.js';
import { ProposalStore } from '../groups/proposalStore.js';
import { PublicGroups } from '../groups/publicGroups.js';
import { LogEvents } from '../hints/logEvents.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';
import { Turns } from '../turns.js';

const WAITING: Statement = {
  name: 'groups with removals to propose',
  text: `
    SELECT DISTINCT r.group_id FROM group_removal r JOIN mls_group g ON g.id = r.group_id
    WHERE r.proposed_epoch IS DISTINCT FROM g.epoch AND r.group_id > $1 ORDER BY r.group_id LIMIT $2`,
};
const LOCK: Statement = {
  name: 'group to propose to',
  text: `
    SELECT g.epoch, s.revision FROM mls_group g JOIN mls_group_state s ON s.group_id = g.id
    WHERE g.id = $1 FOR NO KEY UPDATE OF g`,
};
const PROPOSED: Statement = {
  name: 'removals proposed',
  text: `
    UPDATE group_removal SET proposed_epoch = $2
    WHERE group_id = $1 AND proposed_epoch IS DISTINCT FROM $2 RETURNING device_id`,
};

interface Position {
  readonly groupId: string;
  readonly epoch: number;
  readonly revision: number;
}

/** Asks the members, as an external sender (RFC 9420 section 12.1.8), to remove those who have to leave. */
@Injectable()
export class RemovalProposals {
  constructor(
    private readonly sql: Sql,
    private readonly keys: ServerKeys,
    private readonly publicGroups: PublicGroups,
    private readonly store: ProposalStore,
    private readonly events: LogEvents,
    private readonly turns: Turns,
  ) {}

  /** Up to `limit` groups, after the id `after`, whose removals stand in no proposal of their epoch yet. */
  async waiting(after: string, limit: number): Promise<string[]> {
    const rows = await this.sql.run<{ group_id: string }>(WAITING, [after, limit]);
    return rows.map(({ group_id }) => group_id);
  }

  /**
   * Proposes what is due in one group, once an epoch. A group that does not name this server as an external sender gets no
   * proposals: its members see in the directory what is due.
   */
  propose(groupId: string): Promise<void> {
    return this.turns.take(groupId, async () => {
      try {
        this.#tell(await this.sql.transaction((run) => this.#propose(run, groupId)));
      } catch (error) {
        // the cached group may hold proposals that were not stored
        this.publicGroups.forget(groupId);
        throw error;
      }
    });
  }

  async #propose(run: Run, groupId: string): Promise<EnvelopeType[]> {
    const [row] = await run<{ epoch: number; revision: number }>(LOCK, [groupId]);
    const due = await run<{ device_id: string }>(PROPOSED, [groupId, row?.epoch]);
    if (!row || due.length === 0) return [];
    const group = await this.publicGroups.at(groupId, row.epoch, row.revision, run);
    if (!group) throw new Error('the locked group has the state of its epoch');
    const messages = await this.#removals(group, new Set(due.map(({ device_id }) => device_id)));
    return this.#store(run, group, { groupId, ...row }, messages);
  }

  /** One signed proposal for each of the devices that is a member. */
  async #removals(group: PublicGroup, devices: ReadonlySet<string>): Promise<Uint8Array[]> {
    const key = await this.keys.current('delivery');
    const senders = externalSendersIn(group.extensions);
    const senderIndex = senders.findIndex(({ signatureKey }) => equalBytes(signatureKey, key.publicKey));
    if (senderIndex < 0) return [];
    const leaves = group.members.filter((member) => devices.has(deviceOf(member)));
    return leaves.map(({ leafIndex }) => {
      const remove = { groupId: group.groupId, epoch: group.epoch, leaf: leafIndex, senderIndex };
      const { toBeSigned, withSignature } = externalRemove(remove);
      return withSignature(key.sign(toBeSigned));
    });
  }

  async #store(run: Run, group: PublicGroup, at: Position, messages: readonly Uint8Array[]): Promise<EnvelopeType[]> {
    const { groupId, epoch, revision } = at;
    const envelopes: EnvelopeType[] = [];
    for (const message of messages) {
      group.addProposal(message);
      const payload = Buffer.from(message);
      const stored = { groupId, senderDevice: '', epoch, idempotencyKey: randomBytes(16), payload };
      const { seq, acceptedAt } = await this.store.append(run, stored);
      envelopes.push({ groupId, seq, kind: EnvelopeKind.PROPOSAL, epoch, payload, acceptedAt });
    }
    if (messages.length > 0) await this.store.saveState(run, groupId, epoch, revision + messages.length, group);
    return envelopes;
  }

  #tell(envelopes: readonly EnvelopeType[]): void {
    const last = envelopes.at(-1);
    if (!last) return;
    const { groupId, epoch, seq } = last;
    this.events.emit([{ kind: 'APPENDED', groupId, groupEpoch: epoch, lastSeq: seq, envelopes }]);
  }
}
