import { Injectable } from '@nestjs/common';

import { isMembershipChange } from '#contracts';
import type { PublicGroup, ReceivedProposal } from '#mls/wire';

import { Refusal } from '../../platform/refusal.js';
import { EnvelopeKind } from '../envelopes/envelope.types.js';
import { keyUsed, removalDue } from '../envelopes/appender.js';
import type { Place } from '../envelopes/appender.js';
import { LogEvents } from '../hints/logEvents.js';
import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';
import { Turns } from '../turns.js';
import { deviceOf } from './admission.js';
import { GroupStore } from './groupStore.js';
import { ProposalStore } from './proposalStore.js';
import type { Head } from './groupStore.js';
import { PublicGroups } from './publicGroups.js';

/** Each proposal writes the public state again, so an epoch takes a bounded number of them. */
const MAX_PROPOSALS = 200;

const LOCK: Statement = { name: 'lock group', text: 'SELECT 1 FROM mls_group WHERE id = $1 FOR NO KEY UPDATE' };

/** A proposal whose frame was read, and the device that sent it. */
export interface NewProposal {
  readonly groupId: string;
  readonly senderDevice: string;
  readonly senderLeaf: number;
  readonly epoch: number;
  readonly idempotencyKey: Uint8Array;
  readonly payload: Buffer;
}

/** Takes proposals of members into the order and into the public state, where the commit of the epoch finds them. */
@Injectable()
export class ProposalsService {
  constructor(
    private readonly sql: Sql,
    private readonly groups: GroupStore,
    private readonly publicGroups: PublicGroups,
    private readonly store: ProposalStore,
    private readonly events: LogEvents,
    private readonly turns: Turns,
  ) {}

  /** Throws NOT_A_MEMBER, STALE_EPOCH, REMOVAL_DUE or ENVELOPE_INVALID; nothing is changed then. */
  submit(proposal: NewProposal): Promise<Place> {
    return this.turns.take(proposal.groupId, async () => {
      try {
        return await this.#submit(proposal);
      } catch (error) {
        // the cached group may hold a proposal that was not stored
        this.publicGroups.forget(proposal.groupId);
        throw error;
      }
    });
  }

  async #submit(proposal: NewProposal): Promise<Place> {
    const { groupId, epoch } = proposal;
    const { place, head } = await this.sql.transaction((run) => this.#append(run, proposal));
    if (!head) return place;
    const { seq, acceptedAt } = place;
    const envelope = { groupId, seq, kind: EnvelopeKind.PROPOSAL, epoch, payload: proposal.payload, acceptedAt };
    this.events.emit([{ kind: 'APPENDED', groupId, groupEpoch: epoch, lastSeq: seq, envelopes: [envelope] }]);
    return place;
  }

  /** `head` is absent when the proposal stood there already. */
  async #append(run: Run, proposal: NewProposal): Promise<{ place: Place; head?: Head }> {
    const { groupId, senderDevice, epoch, idempotencyKey } = proposal;
    await run(LOCK, [groupId]);
    const head = await this.groups.head(groupId, senderDevice, idempotencyKey, run);
    if (head?.known_seq && head.known_kind !== EnvelopeKind.PROPOSAL) throw keyUsed();
    if (head?.known_seq && head.known_at) return { place: { seq: head.known_seq, acceptedAt: head.known_at } };
    const group = await this.#groupFor(run, proposal, head);
    verify(group, proposal);
    if (!head) throw new Error('the locked group has a row');
    const place = await this.store.append(run, proposal);
    await this.store.saveState(run, groupId, epoch, head.revision + 1, group);
    return { place, head };
  }

  async #groupFor(run: Run, { groupId, epoch }: NewProposal, head: Head | undefined): Promise<PublicGroup> {
    if (!head?.is_member) throw new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation');
    if (head.removals_due > 0) throw removalDue();
    if (head.revision >= MAX_PROPOSALS) {
      throw new Refusal('RATE_LIMITED', 'too many proposals wait for a commit', { remedy: 'Commit what is proposed.' });
    }
    const group = await this.publicGroups.at(groupId, epoch, head.revision, run);
    if (group) return group;
    throw new Refusal('STALE_EPOCH', `made in epoch ${String(epoch)}, the conversation is in ${String(head.epoch)}`);
  }
}

function verify(group: PublicGroup, { senderLeaf, senderDevice, payload }: NewProposal): void {
  const sender = group.members.find(({ leafIndex }) => leafIndex === senderLeaf);
  if (!sender || deviceOf(sender) !== senderDevice) throw invalid("a proposal has to come from the caller's device");
  if (!isMembershipChange(added(group, payload).kind)) {
    throw invalid('a proposal changes the membership and nothing else of a conversation');
  }
}

function added(group: PublicGroup, payload: Uint8Array): ReceivedProposal {
  try {
    return group.addProposal(payload);
  } catch {
    throw invalid('the proposal does not verify');
  }
}

function invalid(message: string): Refusal {
  return new Refusal('ENVELOPE_INVALID', message, { field: 'payload' });
}
