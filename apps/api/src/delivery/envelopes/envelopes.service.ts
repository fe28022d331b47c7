import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import { RefusalType, pageSize } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { AttachmentReferences } from '../attachments/attachmentReferences.js';
import { Generations } from '../groups/generations.js';
import { ProposalsService } from '../groups/proposals.service.js';
import { Labels } from '../labels.js';
import { Appender } from './appender.js';
import type { NewEnvelope, Placed } from './appender.js';
import { EnvelopeAccepted } from './envelope.types.js';
import type { EnvelopeInput, EnvelopePage } from './envelope.types.js';
import { checkEnvelope } from './envelopeCheck.js';
import { EnvelopeLog } from './envelopeLog.js';

/** Most envelopes of one request. */
const MAX_SENT = 100;
/** Most envelopes of one page. */
const MAX_FETCHED = 500;

type NewProposal = Parameters<ProposalsService['submit']>[0];
type Checked = { readonly refusal: Refusal } | { readonly message: NewEnvelope } | { readonly proposal: NewProposal };

/** Takes messages and proposals into the order, and hands out what stands in it. */
@Injectable()
export class EnvelopesService {
  constructor(
    private readonly appender: Appender,
    private readonly proposals: ProposalsService,
    private readonly generations: Generations,
    private readonly labels: Labels,
    private readonly log: EnvelopeLog,
    private readonly attachments: AttachmentReferences,
  ) {}

  /**
   * Results in the order of the inputs; what is refused leaves the others alone. Envelopes of one request to one group
   * keep their order. Throws TOO_LARGE for too many envelopes.
   */
  async send(caller: Caller, envelopes: readonly EnvelopeInput[]): Promise<(EnvelopeAccepted | RefusalType)[]> {
    if (envelopes.length > MAX_SENT) {
      throw new Refusal('TOO_LARGE', `a request has at most ${String(MAX_SENT)} envelopes`, { field: 'envelopes' });
    }
    // all are checked before the first is appended: a check that takes longer must not let a later envelope pass
    const checked = await Promise.all(envelopes.map((envelope) => this.#check(caller, envelope)));
    const placing = this.appender.append(checked.flatMap((one) => ('message' in one ? [one.message] : [])));
    return Promise.all(checked.map((one) => this.#answer(one, placing)));
  }

  /** Throws NOT_A_MEMBER, or BAD_INPUT for a page size out of bounds. */
  async fetch(caller: Caller, groupId: string, after: number, first: number): Promise<EnvelopePage> {
    const size = pageSize(first, MAX_FETCHED);
    if (after < 0) throw new Refusal('BAD_INPUT', 'after has to be 0 or more', { field: 'after' });
    const page = await this.log.read(groupId, caller.deviceId, after, size);
    if (page) return page;
    throw new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
  }

  /** What an envelope is, or why it may not be sent. */
  async #check(caller: Caller, input: EnvelopeInput): Promise<Checked> {
    try {
      return await this.#prepare(caller, input);
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error };
      throw error;
    }
  }

  async #prepare(caller: Caller, input: EnvelopeInput): Promise<Checked> {
    const { groupId, idempotencyKey } = input;
    const checked = checkEnvelope(input);
    const senderDevice = caller.deviceId;
    const payload = Buffer.from(input.payload.buffer, input.payload.byteOffset, input.payload.byteLength);
    const epoch = await this.generations.epochOf(checked);
    const envelope = { groupId, senderDevice, epoch, idempotencyKey, payload };
    if (checked.kind === 'application') {
      await this.#requireLabel(caller, groupId, checked.label);
      await this.attachments.add(caller, input);
      return { message: envelope };
    }
    if (checked.kind === 'proposal') return { proposal: { ...envelope, senderLeaf: checked.senderLeaf } };
    throw new Refusal('ENVELOPE_INVALID', 'commits are submitted apart, with their Welcome', { field: 'payload' });
  }

  async #answer(
    checked: Checked,
    placing: Promise<ReadonlyMap<NewEnvelope, Placed>>,
  ): Promise<EnvelopeAccepted | RefusalType> {
    if ('refusal' in checked) return new RefusalType(checked.refusal);
    const { groupId } = 'message' in checked ? checked.message : checked.proposal;
    const placed = 'message' in checked ? (await placing).get(checked.message) : await this.#submit(checked.proposal);
    if (!placed) throw new Error('an envelope has neither a place nor a refusal');
    if (placed instanceof Refusal) return new RefusalType(placed);
    return new EnvelopeAccepted(groupId, placed.seq, placed.acceptedAt);
  }

  async #submit(proposal: NewProposal): Promise<Placed> {
    try {
      return await this.proposals.submit(proposal);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  async #requireLabel(caller: Caller, groupId: string, messageLabel: string): Promise<void> {
    const groupLabel = await this.labels.ofGroup(groupId);
    if (groupLabel === undefined) {
      throw new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
    }
    await this.labels.requireCovered(groupLabel, messageLabel);
    if (await this.labels.mayRead(caller.clearance, groupLabel)) return;
    throw new Refusal('CLEARANCE_TOO_LOW', "your clearance does not cover the conversation's label");
  }
}
