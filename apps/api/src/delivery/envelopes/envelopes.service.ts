import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import { RefusalType, pageSize } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { AttachmentReferences } from '../attachments/attachmentReferences.js';
import { Generations } from '../groups/generations.js';
import { ProposalsService } from '../groups/proposals.service.js';
import { Labels } from '../labels.js';
import { Appender } from './appender.js';
import type { Place } from './appender.js';
import { EnvelopeAccepted } from './envelope.types.js';
import type { EnvelopeInput, EnvelopePage } from './envelope.types.js';
import { checkEnvelope } from './envelopeCheck.js';
import { EnvelopeLog } from './envelopeLog.js';

/** Most envelopes of one request. */
const MAX_SENT = 100;
/** Most envelopes of one page. */
const MAX_FETCHED = 500;

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
    const places = await Promise.all(envelopes.map((envelope) => this.#check(caller, envelope)));
    return Promise.all(places.map((place) => answerOf(place)));
  }

  /** Throws NOT_A_MEMBER, or BAD_INPUT for a page size out of bounds. */
  async fetch(caller: Caller, groupId: string, after: number, first: number): Promise<EnvelopePage> {
    const size = pageSize(first, MAX_FETCHED);
    if (after < 0) throw new Refusal('BAD_INPUT', 'after has to be 0 or more', { field: 'after' });
    const page = await this.log.read(groupId, caller.deviceId, after, size);
    if (page) return page;
    throw new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
  }

  /** What is left to do for an envelope that may be sent, or why it may not. */
  async #check(caller: Caller, input: EnvelopeInput): Promise<Refusal | (() => Promise<EnvelopeAccepted>)> {
    try {
      const place = await this.#prepare(caller, input);
      return async () => {
        const { seq, acceptedAt } = await place();
        return new EnvelopeAccepted(input.groupId, seq, acceptedAt);
      };
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  async #prepare(caller: Caller, input: EnvelopeInput): Promise<() => Promise<Place>> {
    const { groupId, idempotencyKey } = input;
    const checked = checkEnvelope(input);
    const senderDevice = caller.deviceId;
    const payload = Buffer.from(input.payload.buffer, input.payload.byteOffset, input.payload.byteLength);
    const epoch = await this.generations.epochOf(checked);
    const envelope = { groupId, senderDevice, epoch, idempotencyKey, payload };
    if (checked.kind === 'application') {
      await this.#requireLabel(caller, groupId, checked.label);
      await this.attachments.add(caller, input);
      return () => this.appender.append(envelope);
    }
    if (checked.kind === 'proposal') {
      return () => this.proposals.submit({ ...envelope, senderLeaf: checked.senderLeaf });
    }
    throw new Refusal('ENVELOPE_INVALID', 'commits are submitted apart, with their Welcome', { field: 'payload' });
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

async function answerOf(place: Refusal | (() => Promise<EnvelopeAccepted>)): Promise<EnvelopeAccepted | RefusalType> {
  if (place instanceof Refusal) return new RefusalType(place);
  try {
    return await place();
  } catch (error) {
    if (error instanceof Refusal) return new RefusalType(error);
    throw error;
  }
}
