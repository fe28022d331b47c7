import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';

import { APPROVALS_CHANGED_TOPIC, DIRECTORY_GROWN_TOPIC } from '../../directory/index.js';
import { Log } from '../../platform/log/log.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { CAMPAIGN_REMINDED_TOPIC, CampaignReminders } from '../campaigns/reminders.service.js';
import { EnvelopeLog } from '../envelopes/envelopeLog.js';
import { Turns } from '../turns.js';
import { APPENDED_TOPIC, announcementOf, coalesce, decodeAnnouncements, encodeAnnouncements } from './announcement.js';
import type { Announcement } from './announcement.js';
import { MAX_RIDING_BYTES } from './channel.js';
import { HintHub } from './hintHub.js';
import type { HintStream } from './hintStream.js';
import { LogEvents } from './logEvents.js';
import type { LogEvent } from './logEvents.js';

/** Envelopes that are read for one announcement of another instance; of more, only the newest place is told. */
const MAX_READ = 50;

/** Brings what happens, on this instance or another, to the subscriptions of this instance. */
@Injectable()
export class HintsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #instanceId = randomUUID();
  readonly #ends: (() => unknown)[] = [];
  readonly #turns = new Turns();
  #announced: Announcement[] = [];

  constructor(
    private readonly hub: HintHub,
    private readonly events: LogEvents,
    private readonly envelopes: EnvelopeLog,
    private readonly reminders: CampaignReminders,
    private readonly pubsub: PubSub,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#ends.push(
      this.events.listen((events) => {
        this.#happened(events);
      }),
      this.pubsub.onInterruption(() => void this.hub.lookAgain()),
      await this.pubsub.subscribe(APPENDED_TOPIC, (payload) => {
        this.#heard(payload);
      }),
      await this.pubsub.subscribe(APPROVALS_CHANGED_TOPIC, (approval) => {
        this.hub.approvalChanged(approval);
      }),
      await this.pubsub.subscribe(CAMPAIGN_REMINDED_TOPIC, (campaign) => {
        void this.#remind(campaign);
      }),
      await this.pubsub.subscribe(DIRECTORY_GROWN_TOPIC, (payload) => {
        if (/^\d{1,9}$/.test(payload)) this.hub.directoryGrown(Number(payload));
      }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
    this.hub.close();
  }

  /** @param isOfficer - whether acts that wait for approval are the device's business */
  subscribe(deviceId: string, isOfficer: boolean): HintStream {
    const stream = this.hub.subscribe(deviceId, isOfficer);
    void this.#remindLate(deviceId);
    return stream;
  }

  /** Those that are here and hold a campaign back. */
  async #remind(campaign: string): Promise<void> {
    try {
      this.hub.campaignReminded(campaign, await this.reminders.heldBackBy(campaign, this.hub.connected()));
    } catch (error) {
      this.log.error('hints.reminder', error);
    }
  }

  /** A device that was not there when it was reminded. */
  async #remindLate(deviceId: string): Promise<void> {
    try {
      for (const campaign of await this.reminders.waitingFor(deviceId)) this.hub.campaignReminded(campaign, [deviceId]);
    } catch (error) {
      this.log.error('hints.reminder', error);
    }
  }

  /** Own clients hear at once, from memory; other instances when this turn of the event loop is over. */
  #happened(events: readonly LogEvent[]): void {
    if (this.#announced.length === 0) setImmediate(() => void this.#announce());
    this.#announced.push(...events.map(announcementOf));
    for (const event of events) this.hub.deliver(event);
  }

  async #announce(): Promise<void> {
    const announcements = coalesce(this.#announced.splice(0));
    try {
      for (const payload of encodeAnnouncements(this.#instanceId, announcements)) {
        await this.pubsub.publish(APPENDED_TOPIC, payload);
      }
    } catch (error) {
      this.log.error('hints.announce', error);
    }
  }

  #heard(payload: string): void {
    for (const announcement of decodeAnnouncements(this.#instanceId, payload) ?? []) {
      const { kind, groupId } = announcement;
      if (kind === 'APPENDED' && !this.hub.hasAudience(groupId)) continue;
      void this.#turns.take(groupId, () => this.#deliver(announcement));
    }
  }

  async #deliver({ kind, groupId, groupEpoch, firstSeq, lastSeq }: Announcement): Promise<void> {
    const event = { kind, groupId, groupEpoch, lastSeq };
    const isRead = kind !== 'CREATED' && lastSeq - firstSeq < MAX_READ;
    try {
      const read = isRead ? await this.envelopes.range(groupId, firstSeq, lastSeq, MAX_RIDING_BYTES) : [];
      this.hub.deliver({ ...event, envelopes: read });
    } catch (error) {
      this.log.error('hints.read', error);
      this.hub.deliver({ ...event, envelopes: [] });
    }
  }
}
