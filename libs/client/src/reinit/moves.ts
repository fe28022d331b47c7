import { isWeakerSuite, suiteName, SUITES } from '#contracts';
import type { DeviceRecord } from '#transparency';
import { suiteAskedFor } from '#transparency';

import { deviceIdOf } from '../conversation/admission.js';
import type { KeyPackageClaims } from '../conversation/claims.js';
import type { Commits } from '../conversation/commits.js';
import { loadConversation, requireOpen } from '../conversation/record.js';
import type { ConversationRecord } from '../conversation/record.js';
import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import type { Sql } from '../ports/store.js';
import { coveringCampaigns } from '../rotation/campaigns.js';
import { prepareClosing } from './closing.js';
import { suiteNamed } from './suites.js';

const MAX_ATTEMPTS = 20;
const MAX_REFUSALS = 2;
/** What a member leaves to each one before it, from the beginning of a campaign on: whoever loses the race wastes KeyPackages of all. */
const TURN_MS = 5_000;
const MOST_BEFORE = 20;
/** After this long it is looked again whether devices that lack KeyPackages of the suite have some. */
const AGAIN_MS = 60_000;

/**
 * Moves conversations to other cipher suites (ReInit, RFC 9420 section 11.2). The server takes the end of one group and the beginning of the
 * other together, from one member; everybody else, whenever they come, follows. Callers hold the conversation's mutex.
 */
export class Moves {
  /** Conversations that can't be moved yet, and until when that is believed. */
  private readonly held = new Map<string, number>();

  constructor(
    private readonly core: Core,
    private readonly commits: Commits,
    private readonly claims: KeyPackageClaims,
  ) {}

  /**
   * At a member's wish, to a suite that is not weaker, see SUITES of `#contracts`.
   * @throws ChanceryError BAD_INPUT; NO_KEY_PACKAGE where a device cannot follow; NOT_A_MEMBER, CONVERSATION_FROZEN, SERVER_UNREACHABLE …
   */
  async move(groupId: string, name: string): Promise<void> {
    const suite = suiteNamed(name);
    await this.commits.settle(groupId);
    const record = await this.core.store.read((sql) => loadConversation(sql, groupId));
    if (isWeakerSuite(suite.id, record.suite)) {
      throw new ChanceryError('BAD_INPUT', `${name} is weaker than ${suiteName(record.suite)}.`, {
        field: 'suite',
        remedy: 'Only an officer can ask for it: chancery campaign start --help.',
      });
    }
    await this.carryOut(groupId, suite.id);
  }

  /** What campaigns ask for, when it is this device's turn. What stands in the way is left for later. */
  async followCampaigns(groupId: string): Promise<void> {
    const suite = await this.core.store.read((sql) => this.asked(sql, groupId));
    if (suite === undefined) return;
    try {
      await this.carryOut(groupId, suite);
    } catch (error) {
      if (!hasCode(error, 'NO_KEY_PACKAGE', 'CONFLICT')) throw error;
      this.held.set(groupId, this.core.timer.now().getTime() + AGAIN_MS);
    }
  }

  /** The suite that this device should move the conversation to now. */
  private async asked(sql: Sql, groupId: string): Promise<number | undefined> {
    const { directory, timer } = this.core;
    const now = timer.now().getTime();
    const open = directory.current.campaigns().filter(({ suite }) => suite !== undefined);
    if (open.length === 0 || (this.held.get(groupId) ?? 0) > now) return undefined;
    const record = await loadConversation(sql, groupId);
    const members = await this.core.groups.members(sql, groupId);
    const covering = coveringCampaigns(directory.current, record.label, members);
    const suite = suiteAskedFor(covering);
    if (suite === undefined || suite === record.suite || !isKnown(suite)) return undefined;
    const begun = Math.max(...covering.filter((one) => one.suite === suite).map(({ at }) => at));
    if (now >= begun + TURN_MS * (await this.before(sql, record))) return suite;
    this.core.onDelay();
    return undefined;
  }

  /** How many members stand before this device. */
  private before(sql: Sql, { id }: ConversationRecord): Promise<number> {
    return this.core.groups.look(sql, id, ({ members, ownLeaf }) =>
      Math.min(members.filter(({ leafIndex }) => leafIndex < ownLeaf).length, MOST_BEFORE),
    );
  }

  /** Until the conversation has the suite, whoever brought it there. */
  private async carryOut(groupId: string, suite: number): Promise<void> {
    let refusals = 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      await this.commits.settle(groupId);
      const record = await this.core.store.read((sql) => loadConversation(sql, groupId));
      requireOpen(record);
      if (record.suite === suite) return;
      const refusal = await this.attempt(groupId, suite);
      if (!refusal) continue;
      refusals += 1;
      if (refusals >= MAX_REFUSALS) throw refusal;
      await this.core.directory.catchUp(this.core.session);
    }
    throw new ChanceryError('CONFLICT', 'Others change the membership all the time; the conversation was not moved.');
  }

  /** Undefined when something has changed: the conversation's suite, or who is in it. */
  private async attempt(groupId: string, suite: number): Promise<ChanceryError | undefined> {
    try {
      const claimed = await this.claims.ofAll(await this.others(groupId), suite);
      const isMade = await this.core.groups.change(groupId, (draft) =>
        prepareClosing(this.core, draft, suite, claimed),
      );
      return isMade ? await this.commits.submitPending(groupId) : undefined;
    } catch (error) {
      if (hasCode(error, 'NO_KEY_PACKAGE')) return error; // perhaps of a device that is revoked, which a newer directory says
      throw error;
    }
  }

  private others(groupId: string): Promise<DeviceRecord[]> {
    const { store, groups, directory, profile } = this.core;
    return store.read(async (sql) => {
      const members = await groups.members(sql, groupId);
      const devices = members.flatMap(({ identity }) => directory.current.device(deviceIdOf(identity) ?? '') ?? []);
      return devices.filter(({ id }) => id !== profile.deviceId);
    });
  }
}

const isKnown = (suite: number): boolean => SUITES.some(({ id }) => id === suite);
