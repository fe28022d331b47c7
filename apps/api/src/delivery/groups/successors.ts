import { Injectable } from '@nestjs/common';

import { conversationOf, isSuccessorId, isWeakerSuite, suiteName } from '#contracts';
import { PublicGroup, suiteIds, welcomeRecipients } from '#mls/wire';
import type { StagedPublicCommit, Successor } from '#mls/wire';
import { equalBytes, toHex } from '#primitives/verify';

import { Refusal } from '../../platform/refusal.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import { Admission, deviceOf, labelIn } from './admission.js';
import { Generations } from './generations.js';

/** The tree of a thousand devices with the hybrid suite. */
const MAX_GROUP_INFO_BYTES = 3 * 1024 * 1024;

const OWNERS: Statement = {
  name: 'owners of key packages',
  text: 'SELECT device_id FROM key_package WHERE ref = ANY ($1::bytea[]) AND cipher_suite = $2 ORDER BY device_id',
};

/** A commit that closes a group, with all that its maker has made of the group that takes its place. */
interface Closing {
  readonly groupId: string;
  readonly deviceId: string;
  readonly label: string;
  readonly staged: StagedPublicCommit;
  /** The group that is closed, before the commit. */
  readonly group: PublicGroup;
  /** MLSMessage(GroupInfo). */
  readonly successor: Uint8Array | undefined;
  readonly welcome: Uint8Array | undefined;
}

/**
 * Judges the group that takes the place of one that a ReInit closes (RFC 9420 section 11.2). Commit, group and Welcome come together, so
 * that no conversation stands closed without a successor. It keeps the conversation's label and its members, all of them and nobody else,
 * and moves to another suite, not to a weaker one unless a campaign of the officers says so.
 */
@Injectable()
export class Successors {
  constructor(
    private readonly admission: Admission,
    private readonly generations: Generations,
    private readonly campaigns: CampaignsService,
    private readonly sql: Sql,
  ) {}

  /** Throws COMMIT_INVALID, CLEARANCE_TOO_LOW or TOO_LARGE. */
  async judge(closing: Closing, announced: Successor): Promise<PublicGroup> {
    const { groupId, label, group, staged } = closing;
    if (conversationOf(announced.groupId) !== groupId || !isSuccessorId(announced.groupId)) {
      throw invalid('the group id of a successor begins with the id of the conversation');
    }
    if ((await this.generations.find(toHex(announced.groupId))) !== undefined) throw invalid('there was such a group');
    if (staged.proposals.some(({ proposedBy }) => proposedBy.kind !== 'member'))
      throw invalid('a member closes a group');
    await this.#requireSuite(closing, announced.suite);
    if (labelIn(announced.extensions) !== label) throw invalid('a successor may not change the label');
    await this.admission.requireExtensions(announced.extensions, 'COMMIT_INVALID');
    const founded = read(closing.successor);
    requireAnnounced(founded, announced);
    if (!isSameList(devicesIn(founded), devicesIn(group))) throw invalid('a successor has the members of the group');
    for (const leaf of founded.members) await this.admission.require(leaf, label, 'COMMIT_INVALID');
    await this.#requireWelcome(closing, founded);
    return founded;
  }

  async #requireSuite({ group, label }: Closing, suite: number): Promise<void> {
    if (!suiteIds.includes(suite)) throw invalid('the cipher suite is not one of the ministry');
    if (suite === group.cipherSuite) throw invalid('the conversation has this cipher suite already');
    if (!isWeakerSuite(suite, group.cipherSuite)) return;
    if (await this.campaigns.names(suite, label, group.members.map(deviceOf))) return;
    throw invalid(`${suiteName(suite)} is weaker than what the conversation has, and no campaign asks for it`);
  }

  /** It is for one KeyPackage of each other member, of the new suite. */
  async #requireWelcome({ deviceId, welcome }: Closing, founded: PublicGroup): Promise<void> {
    const refs = welcomed(welcome).map((ref) => Buffer.from(ref));
    const rows = await this.sql.run<{ device_id: string }>(OWNERS, [refs, founded.cipherSuite]);
    const others = devicesIn(founded).filter((device) => device !== deviceId);
    const isFounder = others.length === founded.members.length - 1;
    const owners = rows.map(({ device_id }) => device_id);
    if (isFounder && refs.length === owners.length && isSameList(owners.toSorted(), others)) return;
    throw new Refusal('COMMIT_INVALID', 'the Welcome has to be for exactly the other members', { field: 'welcome' });
  }
}

function read(groupInfo: Uint8Array | undefined): PublicGroup {
  if (!groupInfo) throw invalid('a group is closed together with the founding of its successor');
  if (groupInfo.length > MAX_GROUP_INFO_BYTES) {
    const limit = `a GroupInfo has at most ${String(MAX_GROUP_INFO_BYTES)} bytes`;
    throw new Refusal('TOO_LARGE', limit, { field: 'successor' });
  }
  try {
    return PublicGroup.fromGroupInfo(groupInfo);
  } catch {
    throw invalid('the GroupInfo does not verify');
  }
}

function requireAnnounced(founded: PublicGroup, { groupId, suite, extensions }: Successor): void {
  const isAnnounced = equalBytes(founded.groupId, groupId) && founded.cipherSuite === suite && founded.epoch === 1;
  if (!isAnnounced || !isSameMap(founded.extensions, extensions)) {
    throw invalid('the successor is not the one that the commit announces');
  }
}

function welcomed(welcome: Uint8Array | undefined): Uint8Array[] {
  try {
    return welcome ? welcomeRecipients(welcome) : [];
  } catch {
    throw new Refusal('COMMIT_INVALID', 'the Welcome cannot be read', { field: 'welcome' });
  }
}

const devicesIn = ({ members }: PublicGroup): string[] => members.map(deviceOf).sort();

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function isSameMap(a: ReadonlyMap<number, Uint8Array>, b: ReadonlyMap<number, Uint8Array>): boolean {
  return a.size === b.size && [...a].every(([type, data]) => equalBytes(data, b.get(type) ?? new Uint8Array(0)));
}

function invalid(message: string): Refusal {
  return new Refusal('COMMIT_INVALID', message, { field: 'successor' });
}
