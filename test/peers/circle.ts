import { PublicGroup, envelopeOf, signExternalRemove } from '#mls';
import { fromUtf8, generateSigningKeyPair, randomBytes } from '#primitives';

import { Ours } from './ours.js';
import type { Change, Party, ProposalRequest, SentCommit } from './party.js';

/** A group of parties of several makes, and the Delivery Service between them, which follows the group's public side. */
export class Circle {
  members: Party[] = [];
  /** Those that were added and could not join, for a reason that `mayFailToJoin` knows. */
  strays: Party[] = [];
  epoch = 0;
  private readonly server = generateSigningKeyPair();
  private readonly groupId = randomBytes(16);
  private readonly joinedAt = new Map<Party, number>();
  private follower: PublicGroup | undefined;

  /** `hides`: who can sends its handshakes as PrivateMessages; the Delivery Service can't follow then. */
  constructor(
    readonly hides = false,
    private readonly mayFailToJoin: (error: unknown) => boolean = () => false,
  ) {}

  async found(founder: Party): Promise<void> {
    await founder.create({ groupId: this.groupId, externalSender: this.server.publicKey });
    this.members = [founder];
    this.joinedAt.set(founder, 0);
    this.checkFollower();
  }

  async add(committer: Party, joining: readonly Party[], path = false): Promise<void> {
    const add = await Promise.all(joining.map((party) => party.keyPackage()));
    await this.commit(committer, { add, path }, joining);
  }

  /** The Delivery Service takes the commit; everybody processes it, who was added joins, and all agree. */
  async commit(committer: Party, change: Change, joining: readonly Party[] = []): Promise<void> {
    const sent: SentCommit[] = [];
    await committer.commit(change, (commit) => sent.push(commit) > 0, this.hides);
    await this.accept(committer, sent[0], joining);
  }

  /** By an external commit with a member's GroupInfo: a newcomer, or a member that lost its state and replaces its leaf. */
  async enter(party: Party, informer: Party): Promise<void> {
    const info = await informer.groupInfo?.();
    if (info === undefined) throw new Error(`${nameOf(informer)} gives no GroupInfo`);
    const sent: SentCommit[] = [];
    await party.enter(info, (commit) => sent.push(commit) > 0);
    this.members = [...this.members.filter((member) => member !== party), party];
    this.joinedAt.set(party, this.epoch + 1);
    await this.accept(party, sent[0], []);
  }

  async propose(proposer: Party, request: ProposalRequest): Promise<void> {
    await this.hand(await proposer.propose(request, this.hides), proposer);
  }

  /** The external sender proposes to remove a member, as PublicMessage (RFC 9420 section 12.1.8). */
  async proposeRemoveFromOutside(gone: Party): Promise<void> {
    await this.hand(this.removeFromOutside(gone), undefined);
  }

  removeFromOutside(gone: Party): Uint8Array {
    const leaf = this.members.map((member) => member.leafOf(gone.identity)).find((index) => index !== undefined);
    if (leaf === undefined) throw new Error('no member shows the tree');
    return signExternalRemove({ groupId: this.groupId, epoch: this.epoch, leaf, senderIndex: 0 }, this.server);
  }

  /** Everybody writes to everybody, with authenticated data where the make can. @returns how many messages were read */
  async speak(): Promise<number> {
    let count = 0;
    for (const from of this.members) {
      const text = `${nameOf(from)} in epoch ${String(this.epoch)}`;
      const message = await from.encrypt(text, headerOf(from));
      for (const party of this.members) {
        if (party === from) continue;
        await readAs(party, message, { text, from });
        count++;
      }
    }
    return count;
  }

  /** True if the party has been a member without a break since that epoch. */
  hasStayedSince(party: Party, epoch: number): boolean {
    return this.members.includes(party) && epoch >= (this.joinedAt.get(party) ?? Infinity);
  }

  private async accept(committer: Party, sent: SentCommit | undefined, joining: readonly Party[]): Promise<void> {
    if (sent === undefined) throw new Error(`${nameOf(committer)} sent no commit`);
    await this.hand(sent.commit, committer);
    this.members = this.members.filter((party) => party.isMember());
    this.strays = [];
    this.epoch++;
    for (const party of joining) await this.welcome(party, sent.welcome);
    await this.agree();
  }

  private async welcome(party: Party, welcome: Uint8Array | undefined): Promise<void> {
    if (welcome === undefined) throw new Error('nobody was welcomed');
    try {
      await party.join(welcome);
      this.members.push(party);
      this.joinedAt.set(party, this.epoch);
    } catch (error) {
      if (!this.mayFailToJoin(error)) throw error;
      this.strays.push(party);
    }
  }

  /** Brings a handshake to everybody but its sender. */
  private async hand(handshake: Uint8Array, sender: Party | undefined): Promise<void> {
    this.follow(handshake);
    for (const party of this.members) if (party !== sender) await party.receive(handshake);
  }

  /** The same epoch, members and exported secret and, where it is shown, epoch authenticator. */
  private async agree(): Promise<void> {
    const views = await Promise.all(this.members.map((party) => party.view()));
    const expected = [this.epoch, views[0]?.exported, ...this.expectedIdentities()].join(' ');
    const different = this.members.filter((_, i) => {
      const view = views[i];
      return [view?.epoch, view?.exported, ...(view?.members ?? [])].join(' ') !== expected;
    });
    if (different.length > 0) throw new Error(`${different.map(nameOf).join(' and ')} see another group`);
    const authenticators = new Set(views.flatMap(({ authenticator }) => authenticator ?? []));
    if (authenticators.size > 1) throw new Error('the epoch authenticators differ');
    this.checkFollower();
  }

  private expectedIdentities(): string[] {
    return [...this.members, ...this.strays].map(({ identity }) => identity).sort();
  }

  private follow(handshake: Uint8Array): void {
    if (this.follower === undefined) return;
    if (envelopeOf(handshake).contentType === 'proposal') this.follower.addProposal(handshake);
    else this.follower.apply(this.follower.stage(handshake, { acceptNewMembers: true }));
  }

  private checkFollower(): void {
    if (this.hides) return;
    const seen = this.follower?.members.map(({ identity }) => fromUtf8(identity)).sort();
    if (seen !== undefined && seen.join() !== this.expectedIdentities().join()) {
      throw new Error('the Delivery Service sees other members');
    }
    const informer = this.members.find((party) => party instanceof Ours);
    if (informer !== undefined) this.follower ??= PublicGroup.fromGroupInfo(informer.group.groupInfo());
  }
}

/** Reads a message and compares all that the reader's make gives away of it. */
export async function readAs(reader: Party, message: Uint8Array, sent: { text: string; from: Party }): Promise<void> {
  const { identity } = sent.from;
  const read = await reader.decrypt(message);
  const isRight =
    read.text === sent.text &&
    (read.from ?? identity) === identity &&
    (read.authenticatedData ?? headerOf(sent.from)) === headerOf(sent.from);
  if (!isRight) throw new Error(`${nameOf(reader)} read ${JSON.stringify(read)} instead of ${sent.text}`);
}

/** The authenticated data that a party's messages carry: core-crypto offers none. */
export const headerOf = ({ make, identity }: Party): string => (make === 'core-crypto' ? '' : `header of ${identity}`);

export const nameOf = ({ make, identity }: Party): string => `${make} ${identity.split(/[:@]/)[1] ?? ''}`;
