import { Injectable } from '@nestjs/common';

import { shareEvent } from '../../platform/graphql/index.js';
import { Log } from '../../platform/log/log.js';
import { Audiences } from './audience.js';
import type { Stay } from './audience.js';
import { Channel } from './channel.js';
import { hintOfApproval, hintOfCampaign, hintOfDirectory, hintOfPlace, hintOfWelcome } from './hint.types.js';
import { HintStream } from './hintStream.js';
import type { LogEvent } from './logEvents.js';

/** Devices that are looked up in one statement. */
const LOOKED_UP = 500;

/** Connects what happens to the subscriptions of this instance. */
@Injectable()
export class HintHub {
  readonly #channels = new Map<string, Channel>();
  readonly #devices = new Map<string, Set<HintStream>>();
  readonly #officers = new Set<HintStream>();

  constructor(
    private readonly audiences: Audiences,
    private readonly log: Log,
  ) {}

  /**
   * Begins with what waits now, the head of the directory last, so that nothing falls between a client's last fetch and
   * its subscription.
   */
  subscribe(deviceId: string, isOfficer: boolean): HintStream {
    const stream = new HintStream(deviceId, (ended) => {
      this.#remove(ended);
    });
    const streams = this.#devices.get(deviceId) ?? new Set();
    this.#devices.set(deviceId, streams.add(stream));
    if (isOfficer) this.#officers.add(stream);
    void this.#lookUp([deviceId], () => [stream]);
    return stream;
  }

  /** Whether anybody here would hear of an envelope of this group. */
  hasAudience(groupId: string): boolean {
    return this.#channels.has(groupId);
  }

  deliver(event: LogEvent): void {
    const channel = this.#channels.get(event.groupId);
    if (channel?.refreshing) channel.wait(event);
    else if (channel) this.#deliverTo(channel, event);
    else if (event.kind !== 'APPENDED') this.#refresh(new Channel(event.groupId, -1), event.kind);
  }

  directoryGrown(statementHead: number): void {
    const event = shareEvent({ hints: hintOfDirectory(statementHead) });
    for (const streams of this.#devices.values()) for (const stream of streams) stream.push(event);
  }

  approvalChanged(approval: string): void {
    const event = shareEvent({ hints: hintOfApproval(approval) });
    for (const stream of this.#officers) stream.push(event);
  }

  /** Devices with a subscription here. */
  connected(): string[] {
    return [...this.#devices.keys()];
  }

  /** Tells these devices that they hold a campaign back. */
  campaignReminded(campaign: string, deviceIds: readonly string[]): void {
    const event = shareEvent({ hints: hintOfCampaign(campaign) });
    for (const deviceId of deviceIds) for (const stream of this.#streamsOf(deviceId)) stream.push(event);
  }

  /** Hints may have been lost: looks everything up again and tells everybody what waits. */
  async lookAgain(): Promise<void> {
    const devices = [...this.#devices.keys()];
    for (let from = 0; from < devices.length; from += LOOKED_UP) {
      await this.#lookUp(devices.slice(from, from + LOOKED_UP), (deviceId) => this.#streamsOf(deviceId));
    }
  }

  /** Ends all subscriptions of this instance. */
  close(): void {
    for (const streams of this.#devices.values()) for (const stream of [...streams]) stream.end();
  }

  #deliverTo(channel: Channel, event: LogEvent): void {
    const isTaken = channel.take(event);
    if (!isTaken) channel.wait(event);
    if (event.groupEpoch > channel.epoch) this.#refresh(channel, event.kind);
  }

  /** Asks who is a member now. Newcomers learn that a Welcome waits, then what had to wait is delivered. */
  #refresh(channel: Channel, reason: LogEvent['kind']): void {
    if (channel.refreshing) {
      channel.isOutdated = true;
      return;
    }
    this.#channels.set(channel.groupId, channel);
    channel.isOutdated = false;
    channel.refreshing = this.#replaceMembers(channel, reason)
      .catch((error: unknown) => {
        // who may hear is unknown, so nobody does: the clients come back and fetch
        this.log.error('hints.lookup', error);
        for (const stream of channel.clear()) stream.end();
        channel.takeWaiting();
      })
      .finally(() => {
        this.#refreshed(channel);
      });
  }

  async #replaceMembers(channel: Channel, reason: LogEvent['kind']): Promise<void> {
    const audience = await this.audiences.of(channel.groupId, [...this.#devices.keys()]);
    if (!audience) throw new Error('a group that something happened in exists');
    const before = channel.clear();
    channel.epoch = audience.epoch;
    for (const deviceId of audience.devices) {
      for (const stream of this.#streamsOf(deviceId)) {
        channel.add(stream);
        if (!before.has(stream) && reason !== 'CREATED') stream.push({ hints: hintOfWelcome() });
      }
    }
  }

  #refreshed(channel: Channel): void {
    channel.refreshing = undefined;
    if (channel.isOutdated) {
      this.#refresh(channel, 'APPENDED');
      return;
    }
    for (const event of channel.takeWaiting()) this.deliver(event);
    this.#dropIfEmpty(channel);
  }

  #dropIfEmpty(channel: Channel): void {
    if (channel.size > 0 || channel.refreshing) return;
    if (this.#channels.get(channel.groupId) === channel) this.#channels.delete(channel.groupId);
  }

  /** Puts the streams of devices into the channels of their groups and tells each what waits for it. */
  async #lookUp(deviceIds: readonly string[], streamsOf: (deviceId: string) => Iterable<HintStream>): Promise<void> {
    try {
      for (const stay of await this.audiences.stays(deviceIds)) {
        for (const stream of streamsOf(stay.device_id)) this.#place(stream, stay);
      }
      for (const deviceId of await this.audiences.welcomed(deviceIds)) {
        for (const stream of streamsOf(deviceId)) stream.push({ hints: hintOfWelcome() });
      }
      const head = { hints: hintOfDirectory(await this.audiences.statementHead()) };
      for (const deviceId of deviceIds) for (const stream of streamsOf(deviceId)) stream.push(head);
    } catch (error) {
      this.log.error('hints.lookup', error);
      for (const deviceId of deviceIds) for (const stream of [...streamsOf(deviceId)]) stream.end();
    }
  }

  #place(stream: HintStream, { group_id: groupId, epoch, newest }: Stay): void {
    if (!this.#streamsOf(stream.deviceId).has(stream)) return;
    if (newest !== null) stream.push({ hints: hintOfPlace(groupId, newest) });
    const channel = this.#channels.get(groupId) ?? new Channel(groupId, epoch);
    this.#channels.set(groupId, channel);
    if (channel.epoch === epoch && !channel.refreshing) channel.add(stream);
    else this.#refresh(channel, 'APPENDED');
  }

  #streamsOf(deviceId: string): ReadonlySet<HintStream> {
    return this.#devices.get(deviceId) ?? new Set();
  }

  #remove(stream: HintStream): void {
    this.#officers.delete(stream);
    const streams = this.#devices.get(stream.deviceId);
    if (streams?.delete(stream) && streams.size === 0) this.#devices.delete(stream.deviceId);
    for (const groupId of [...stream.groupIds]) {
      const channel = this.#channels.get(groupId);
      channel?.remove(stream);
      if (channel) this.#dropIfEmpty(channel);
    }
  }
}
