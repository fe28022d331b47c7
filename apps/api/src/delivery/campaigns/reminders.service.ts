import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { PubSub } from '../../platform/pubsub/index.js';
import { Refusal } from '../../platform/refusal.js';
import { CampaignsService } from './campaigns.service.js';
import { CampaignReminderEntity } from './reminder.entity.js';
import { ReminderReason } from './reminder.types.js';

/** Topic of the pub/sub port: the devices that hold a campaign back are to be told so. The payload is its id. */
export const CAMPAIGN_REMINDED_TOPIC = 'delivery.campaign.reminded';

/** Officers wait so long between two reminders of one campaign, in milliseconds. */
const REST_MS = 3_600_000;
/** Of one campaign, by officers. */
const MOST_BY_OFFICERS = 50;
/** Any fixed number; all instances of Chancery on one database use the same. */
const REMINDER_LOCK = 4_460_020;

/** Reminds the devices that hold campaigns back, a bounded number of times. */
@Injectable()
export class CampaignReminders {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly pubsub: PubSub,
    private readonly directory: DirectoryService,
    private readonly campaigns: CampaignsService,
    private readonly audit: AuditTrail,
  ) {}

  /** Oldest first. */
  of(campaignId: string, manager: EntityManager = this.source.manager): Promise<CampaignReminderEntity[]> {
    return manager.find(CampaignReminderEntity, { where: { campaignId }, order: { number: 'ASC' } });
  }

  /** At an officer's wish. Throws NOT_FOUND, CONFLICT when it is over, RATE_LIMITED within an hour of the reminder before. */
  async byOfficer(id: string, caller: Caller): Promise<CampaignReminderEntity> {
    const now = this.clock.now();
    await this.#requireOpen(id, now);
    const reminder = await this.source.transaction(async (manager) => {
      await lock(manager);
      requireRest(await this.of(id, manager), now);
      await this.audit.recordAct(caller, 'remindCampaign', [id], manager);
      return this.#enter(id, ReminderReason.OFFICER, now, manager);
    });
    await this.pubsub.publish(CAMPAIGN_REMINDED_TOPIC, id);
    return reminder;
  }

  /** When half of a campaign's time is over and when its last day begins: once each, by whichever instance comes first. */
  async automatic(id: string, reason: ReminderReason): Promise<void> {
    const isNew = await this.source.transaction(async (manager) => {
      await lock(manager);
      if ((await this.of(id, manager)).some((one) => one.reason === reason)) return false;
      await this.#enter(id, reason, this.clock.now(), manager);
      return true;
    });
    if (isNew) await this.pubsub.publish(CAMPAIGN_REMINDED_TOPIC, id);
  }

  /** The campaigns under way of which a device that holds them back has been reminded, whether or not it was there then. */
  async waitingFor(deviceId: string): Promise<string[]> {
    const now = this.clock.now().getTime();
    const open = (await this.directory.state()).campaigns().filter(({ deadline }) => deadline > now);
    const waiting: string[] = [];
    for (const { id } of open) {
      const isReminded = await this.source.manager.existsBy(CampaignReminderEntity, { campaignId: id });
      if (isReminded && (await this.heldBackBy(id, [deviceId])).length > 0) waiting.push(id);
    }
    return waiting;
  }

  /** Those of the devices that hold a campaign back. */
  heldBackBy(id: string, deviceIds: readonly string[]): Promise<string[]> {
    return this.campaigns.holdersAmong(id, deviceIds);
  }

  async #enter(
    campaignId: string,
    reason: ReminderReason,
    at: Date,
    manager: EntityManager,
  ): Promise<CampaignReminderEntity> {
    const number = ((await this.of(campaignId, manager)).at(-1)?.number ?? 0) + 1;
    const devices = await this.campaigns.countHolders(campaignId);
    const row = { campaignId, number, reason, at, devices };
    await manager.insert(CampaignReminderEntity, row);
    return row;
  }

  async #requireOpen(id: string, now: Date): Promise<void> {
    const campaign = (await this.directory.state()).campaign(id);
    if (!campaign) throw new Refusal('NOT_FOUND', 'there is no such campaign', { field: 'id' });
    if (!campaign.ended && campaign.deadline > now.getTime()) return;
    throw new Refusal('CONFLICT', 'the campaign is over', { field: 'id' });
  }
}

async function lock(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [REMINDER_LOCK]);
}

function requireRest(known: readonly CampaignReminderEntity[], now: Date): void {
  const newest = known.at(-1);
  if (newest && now.getTime() - newest.at.getTime() < REST_MS) {
    throw new Refusal('RATE_LIMITED', 'the devices were reminded within the last hour', { field: 'id' });
  }
  const byOfficers = known.filter(({ reason }) => reason === ReminderReason.OFFICER);
  if (byOfficers.length < MOST_BY_OFFICERS) return;
  throw new Refusal('CONFLICT', `officers remind of one campaign ${String(MOST_BY_OFFICERS)} times`, { field: 'id' });
}
