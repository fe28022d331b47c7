import { MlsError, PublicGroup } from '#mls';
import { toHex } from '#primitives';

/** A handshake in the server's order. */
export interface Handshake {
  readonly message: Uint8Array;
  readonly kind: 'proposal' | 'commit';
  /** Who made it; the server itself for an external proposal. */
  readonly by: string;
}

/** What the server sees of one epoch. */
interface PublicView {
  readonly treeHash: string;
  readonly members: ReadonlySet<string>;
}

/** The Delivery Service of the model: one order of handshakes, one commit an epoch, and the group's public side. */
export class Service {
  readonly log: Handshake[] = [];
  private readonly views = new Map<number, PublicView>();
  private group: PublicGroup;

  constructor(groupInfo: Uint8Array) {
    this.group = PublicGroup.fromGroupInfo(groupInfo);
    this.remember();
  }

  get epoch(): number {
    return this.group.epoch;
  }

  get ratchetTree(): Uint8Array {
    return this.group.ratchetTree;
  }

  /** @throws Error for an epoch that the server never saw */
  viewOf(epoch: number): PublicView {
    const view = this.views.get(epoch);
    if (view === undefined) throw new Error(`the server knows no epoch ${String(epoch)}`);
    return view;
  }

  propose(message: Uint8Array, by: string): void {
    this.group.addProposal(message);
    this.log.push({ message, kind: 'proposal', by });
  }

  /** Compare and set: false for a commit that lost the race for its epoch. */
  offer(message: Uint8Array, by: string): boolean {
    try {
      this.group.apply(this.group.stage(message));
    } catch (error) {
      if (error instanceof MlsError && error.code === 'WRONG_EPOCH') return false;
      throw error;
    }
    this.group = PublicGroup.restore(this.group.serialize());
    this.log.push({ message, kind: 'commit', by });
    this.remember();
    return true;
  }

  private remember(): void {
    const members = new Set(this.group.members.map(({ identity }) => toHex(identity)));
    this.views.set(this.epoch, { treeHash: toHex(this.group.treeHash), members });
  }
}
