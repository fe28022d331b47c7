import type { Core } from '../core.js';
import type { Mutexes } from '../mutex.js';
import { confirmWelcomes, isJoined, join, pendingWelcomes } from './join.js';
import type { PendingWelcome } from './join.js';
import { findConversation } from './record.js';
import type { GroupSync } from './sync.js';

/** Takes the Welcomes that wait for this device. */
export class Joining {
  constructor(
    private readonly core: Core,
    private readonly sync: GroupSync,
    /** One a conversation. */
    private readonly mutexes: Mutexes,
  ) {}

  /** Returns how many conversations are new. What can't be joined is said, and waits. */
  async all(): Promise<number> {
    const seen = new Set<string>();
    let joined = 0;
    let before: number;
    do {
      before = joined;
      joined += await this.page(seen);
    } while (joined > before);
    return joined;
  }

  /** The server gives so many at once; each is looked at once. */
  private async page(seen: Set<string>): Promise<number> {
    const taken: PendingWelcome[] = [];
    let joined = 0;
    for (const welcome of await pendingWelcomes(this.core)) {
      if (seen.has(welcome.id)) continue;
      seen.add(welcome.id);
      const outcome = await this.mutexes.run(welcome.groupId, () => this.joinOne(welcome));
      if (outcome !== 'refused') taken.push(welcome);
      if (outcome === 'joined') joined += 1;
    }
    await confirmWelcomes(this.core, taken);
    return joined;
  }

  private async joinOne(welcome: PendingWelcome): Promise<'joined' | 'known' | 'refused'> {
    if (await isJoined(this.core, welcome)) return 'known';
    await this.endEarlierStay(welcome.groupId);
    // a Welcome to the successor of a group that this device is in is taken on the way
    if (await isJoined(this.core, welcome)) return 'known';
    if (await this.isMoving(welcome.groupId)) return 'refused'; // what is wrong with it was said there
    const problem = await join(this.core, welcome);
    if (!problem) return 'joined';
    this.core.emit({ type: 'problem', conversationId: welcome.groupId, problem });
    return 'refused';
  }

  private async isMoving(id: string): Promise<boolean> {
    const known = await this.core.store.read((sql) => findConversation(sql, id));
    return known?.movingTo !== undefined;
  }

  /** This device may have been removed and added again before it heard of the removal. */
  private async endEarlierStay(id: string): Promise<void> {
    const known = await this.core.store.read((sql) => findConversation(sql, id));
    if (known?.state === 'active' || known?.state === 'leaving' || known?.state === 'stuck')
      await this.sync.catchUp(id);
  }
}
