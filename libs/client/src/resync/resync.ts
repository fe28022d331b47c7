import { SendEnvelopesDocument } from '#contracts';
import { canRead } from '#policy';
import type { DeviceRecord } from '#transparency';

import { deviceIdOf } from '../conversation/admission.js';
import type { KeyPackageClaims } from '../conversation/claims.js';
import type { CommitPlan, Commits } from '../conversation/commits.js';
import type { Draft } from '../conversation/groups.js';
import { loadConversation } from '../conversation/record.js';
import type { GroupSync } from '../conversation/sync.js';
import type { Core } from '../core.js';
import { fromRefusal, isTransient } from '../errors.js';
import type { Sql } from '../ports/store.js';
import { callsIn } from './calls.js';
import { prepareCall, settleCall } from './ownCall.js';

/** The group may have changed, or somebody has to be removed first: later. */
const LATER: readonly string[] = ['REMOVAL_DUE'];

/**
 * Brings devices back that could not process a commit: a malicious member may make one that only some can. The device says so in a message of
 * its old epoch, which the others still read; the first of them puts a new leaf in the place of the old one and hands over
 * what was said meanwhile. Callers hold the conversation's mutex.
 */
export class Resync {
  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
    private readonly commits: Commits,
    private readonly claims: KeyPackageClaims,
  ) {}

  /** Of a device that is stuck: says so, once. It has read whatever the server gives. */
  async call(groupId: string): Promise<void> {
    if (!this.sync.isFresh(groupId)) return;
    const call = await this.core.groups.change(groupId, (draft) => prepareCall(this.core, draft));
    if (call.isSettled) return;
    const { payload, idempotencyKey } = call;
    const envelopes = [{ groupId, payload, idempotencyKey }];
    const { sendEnvelopes } = await this.core.session.execute(SendEnvelopesDocument, { envelopes });
    const [result] = sendEnvelopes;
    if (result?.__typename === 'Refusal' && (LATER.includes(result.code) || isTransient(fromRefusal(result)))) {
      this.core.onDelay();
      return;
    }
    await this.core.store.transaction((sql) => settleCall(sql, groupId, call));
  }

  /** Whether somebody waits to be brought back, and can be. */
  async isDue(groupId: string): Promise<boolean> {
    return this.core.store.read(async (sql) => {
      const { suite } = await loadConversation(sql, groupId);
      return (await this.waiting(sql, groupId)).some(({ id }) => !this.claims.isAbsent(id, suite));
    });
  }

  async bringBack(groupId: string): Promise<void> {
    await this.sync.ensureFresh(groupId);
    const { suite } = await this.core.store.read((sql) => loadConversation(sql, groupId));
    const waiting = await this.core.store.read((sql) => this.waiting(sql, groupId));
    const claimed = await this.claims.available(waiting, suite);
    await this.commits.run(groupId, (draft) => this.plan(draft, claimed));
  }

  /** Asked again after a lost race: whoever was brought back by another member waits no more. */
  private async plan({ sql, record, group }: Draft, claimed: ReadonlyMap<string, Uint8Array>): Promise<CommitPlan> {
    const waiting = new Set((await this.waiting(sql, record.id)).map(({ id }) => id));
    const leaves = group.members.flatMap(({ identity, leafIndex }) => {
      const deviceId = deviceIdOf(identity) ?? '';
      const keyPackage = waiting.has(deviceId) ? claimed.get(deviceId) : undefined;
      return keyPackage ? [{ leafIndex, keyPackage }] : [];
    });
    return { add: leaves.map(({ keyPackage }) => keyPackage), remove: leaves.map(({ leafIndex }) => leafIndex) };
  }

  /** Devices that have called and may be in the conversation. */
  private async waiting(sql: Sql, groupId: string): Promise<DeviceRecord[]> {
    const { directory, policy, timer } = this.core;
    const { label } = await loadConversation(sql, groupId);
    const now = timer.now();
    const devices = (await callsIn(sql, groupId)).flatMap(({ deviceId }) => directory.current.device(deviceId) ?? []);
    return devices.filter(
      ({ revoked, person }) => !revoked && canRead(directory.current.clearanceOf(person, now), label, policy, now),
    );
  }
}
