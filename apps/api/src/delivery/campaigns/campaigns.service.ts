import { Injectable } from '@nestjs/common';

import { parseLabel } from '#policy';
import { campaignCovers } from '#transparency';
import type { CampaignRecord, Directory } from '#transparency';

import { DirectoryService } from '../../directory/index.js';
import { decodeCursor, pageSize, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import type { Run } from '../sql.js';
import { CampaignStore } from './campaignStore.js';
import type { Holder, LateMember, Progress, Scope } from './campaignStore.js';
import type { CampaignHolder, CampaignType } from './campaign.types.js';

/** What officers see of campaigns, and who has to leave when a deadline has passed. */
@Injectable()
export class CampaignsService {
  /** Past their deadlines, with nobody late: whoever joins later comes with new keys. */
  readonly #finished = new Set<string>();

  constructor(
    private readonly directory: DirectoryService,
    private readonly store: CampaignStore,
  ) {}

  /** Newest first, ended ones included. */
  async page(first: number, after: string | null | undefined): Promise<Connection<CampaignType>> {
    const size = pageSize(first);
    const [before] = decodeCursor(after, ['number']) ?? [Infinity];
    const directory = await this.directory.state();
    const rows = directory.allCampaigns().filter(({ seq }) => seq < Number(before));
    const newest = rows.toSorted((a, b) => b.seq - a.seq).slice(0, size + 1);
    const started = await this.directory.recordedAt(newest.map(({ seq }) => seq));
    return toConnection(
      newest,
      size,
      ({ seq }) => [seq],
      (record) => toCampaign(record, started),
    );
  }

  async one(id: string): Promise<CampaignType | undefined> {
    const record = (await this.directory.state()).campaign(id);
    return record && toCampaign(record, await this.directory.recordedAt([record.seq]));
  }

  /** Throws NOT_FOUND. */
  async progress(id: string): Promise<Progress> {
    const { scope, since } = await this.#scopeOf(id);
    return this.store.progress(scope, since);
  }

  /** Devices that hold a campaign back. Throws NOT_FOUND. */
  async holders(id: string, first: number, after: string | null | undefined): Promise<Connection<CampaignHolder>> {
    const size = pageSize(first);
    const [last] = decodeCursor(after, ['string']) ?? [''];
    const { scope, since } = await this.#scopeOf(id);
    const rows = await this.store.holders(scope, since, String(last), size + 1);
    const directory = await this.directory.state();
    return toConnection(
      rows,
      size,
      ({ device_id }) => [device_id],
      (row) => toHolder(row, directory),
    );
  }

  /** Whether a campaign that has not ended asks conversations with this label and these devices to move to a cipher suite. */
  async names(suite: number, label: string, devices: readonly string[]): Promise<boolean> {
    const directory = await this.directory.state();
    const level = parseLabel(label)?.level ?? '';
    const posts = new Set(devices.map((id) => directory.person(directory.device(id)?.person ?? '')?.post));
    return directory.campaigns().some((one) => one.suite === suite && campaignCovers(one, level, posts));
  }

  /** Those of the given devices that hold a campaign back. Throws NOT_FOUND. */
  async holdersAmong(id: string, deviceIds: readonly string[]): Promise<string[]> {
    const { scope, since } = await this.#scopeOf(id);
    return this.store.holdersAmong(scope, since, deviceIds);
  }

  /** How many devices hold a campaign back. Throws NOT_FOUND. */
  async countHolders(id: string): Promise<number> {
    const { scope, since } = await this.#scopeOf(id);
    return this.store.countHolders(scope, since);
  }

  /** Members whose keys are older than a campaign whose deadline has passed and that was not ended. */
  async late(now: Date, run?: Run): Promise<LateMember[]> {
    const open = (await this.directory.state()).campaigns().filter(({ deadline }) => deadline <= now.getTime());
    const late: LateMember[] = [];
    for (const { id } of open) {
      if (this.#finished.has(id)) continue;
      const { scope, since } = await this.#scopeOf(id);
      const members = await this.store.late(scope, since, run);
      if (members.length === 0 && scope.suite === null) this.#finished.add(id);
      late.push(...members);
    }
    return late;
  }

  async #scopeOf(id: string): Promise<{ scope: Scope; since: Date }> {
    const directory = await this.directory.state();
    const record = directory.campaign(id);
    if (!record) throw new Refusal('NOT_FOUND', 'there is no such campaign', { field: 'id' });
    const since = (await this.directory.recordedAt([record.seq])).get(record.seq);
    if (!since) throw new Error('a statement has the time when it was recorded');
    return { scope: scopeIn(directory, record), since };
  }
}

function scopeIn(directory: Directory, { levels, posts, suite }: CampaignRecord): Scope {
  const devices = posts ? devicesAt(directory, new Set(posts)) : null;
  return { levels: levels ?? null, devices, suite: suite ?? null };
}

function devicesAt(directory: Directory, posts: ReadonlySet<string>): string[] {
  const people = [...directory.persons()].filter(({ post }) => posts.has(post));
  return people.flatMap(({ devices }) => [...devices]);
}

function toCampaign(record: CampaignRecord, started: ReadonlyMap<number, Date>): CampaignType {
  const { id, levels, posts, suite, at, deadline, ended, seq } = record;
  return {
    id,
    levels: levels ?? null,
    posts: posts ?? null,
    suite: suite ?? null,
    startedAt: started.get(seq) ?? new Date(at),
    deadline: new Date(deadline),
    endedAt: ended ? new Date(ended.at) : null,
  };
}

function toHolder({ device_id: deviceId, groups }: Holder, directory: Directory): CampaignHolder {
  const device = directory.device(deviceId);
  const person = device && directory.person(device.person);
  return {
    deviceId,
    deviceName: device?.name ?? deviceId,
    personId: device?.person ?? '',
    personName: person?.name ?? '',
    groups,
  };
}
