import { PublicGroup, extensionTypes, externalSendersExtension, signExternalRemove } from '#mls';
import type { LeafIndex } from '#mls';
import { fromUtf8, generateSigningKeyPair, randomBytes, toHex, utf8 } from '#primitives';

import { Device } from './device.js';
import { Random } from './random.js';

interface Sent {
  readonly message: Uint8Array;
  readonly text: string;
  readonly from: Device;
  readonly receivers: Device[];
  readonly epoch: number;
}

const none = new Uint8Array(0);
const suites = [0x0003, 0x0003, 0x0003, 0x0001, 0x0003, 0x0003, 0x0003, 0x0003, 0x004d, 0x0003] as const;

/** One random life of a group, with a Delivery Service that follows its public side. */
export class Model {
  /** What happened, for the message of a failure. */
  readonly history: string[] = [];
  private readonly random: Random;
  private readonly suite: number;
  private readonly steps: number;
  private readonly most: number;
  private readonly server = generateSigningKeyPair();
  private readonly groupId = randomBytes(16);
  private readonly outside: Device[] = [];
  private readonly late: Sent[] = [];
  private members: Device[] = [];
  private publicGroup: PublicGroup;
  private names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.suite = suites[seed % suites.length] ?? 0x0003;
    this.most = seed % 10 === 5 ? 40 : this.suite === 0x004d ? 8 : 12;
    this.steps = this.most === 40 ? 18 : 14;
    const founder = this.newDevice();
    const senders = externalSendersExtension([{ signatureKey: this.server.publicKey, identity: utf8('server') }]);
    founder.found({ groupId: this.groupId, extensions: new Map([[extensionTypes.externalSenders, senders]]) });
    this.members = [founder];
    this.publicGroup = PublicGroup.fromGroupInfo(founder.group.groupInfo());
  }

  run(): void {
    this.add(this.random.below(this.most === 40 ? 39 : 4) + 1);
    for (let step = 0; step < this.steps; step++) {
      this.step();
      this.chatter();
      if (this.random.chance(0.3)) this.restart();
    }
    this.deliverLate(true);
  }

  private step(): void {
    const roll = this.random.next();
    if (roll < 0.3) this.add(1 + this.random.below(3));
    else if (roll < 0.5) this.remove();
    else if (roll < 0.6) this.removeFromOutside();
    else if (roll < 0.72) this.update();
    else if (roll < 0.84) this.proposeUpdates();
    else if (roll < 0.92) this.race();
    else this.leave();
  }

  /** New devices and, now and then, some that were removed before. */
  private add(count: number): void {
    const free = this.most - this.members.length;
    const back = this.random.chance(0.4) ? this.random.some(this.outside, 1) : [];
    const joining = [...back, ...Array.from({ length: count }, () => this.newDevice())].slice(0, free);
    if (joining.length === 0) return;
    const committer = this.random.pick(this.members);
    const treeBesideWelcome = this.random.chance(0.5);
    const keyPackages = joining.map((device) => device.keyPackage());
    const result = committer.commit({ add: keyPackages, update: this.random.chance(0.5), treeBesideWelcome });
    this.note(`${committer.name} adds ${names(joining)}`);
    this.accept(result.commit);
    for (const device of joining) {
      device.join(result.welcome ?? none, treeBesideWelcome ? this.publicGroup.ratchetTree : undefined);
      this.members.push(device);
      if (this.outside.includes(device)) this.outside.splice(this.outside.indexOf(device), 1);
    }
    this.agree();
  }

  private remove(): void {
    if (this.members.length < 2) return;
    const [committer, ...gone] = this.random.some(this.members, 2 + this.random.below(3));
    if (committer === undefined) return;
    const { commit } = committer.commit({ remove: gone.map(leafOf) });
    this.note(`${committer.name} removes ${names(gone)}`);
    this.accept(commit);
    this.agree();
  }

  private removeFromOutside(): void {
    if (this.members.length < 2) return;
    const [committer, gone] = this.random.some(this.members, 2);
    if (committer === undefined || gone === undefined) return;
    const remove = { groupId: this.groupId, epoch: this.publicGroup.epoch, leaf: leafOf(gone), senderIndex: 0 };
    this.propose(signExternalRemove(remove, this.server));
    const { commit } = committer.commit({});
    this.note(`the server proposes to remove ${gone.name}, ${committer.name} commits`);
    this.accept(commit);
    this.agree();
  }

  private update(): void {
    const committer = this.random.pick(this.members);
    this.note(`${committer.name} updates`);
    this.accept(committer.commit({ update: true }).commit);
    this.agree();
  }

  private proposeUpdates(): void {
    const [committer, ...proposers] = this.random.some(this.members, 4);
    if (committer === undefined || proposers.length === 0) return;
    for (const device of proposers)
      this.propose(
        device.saving((group) => group.proposeUpdate()),
        device,
      );
    this.note(`${names(proposers)} propose updates, ${committer.name} commits`);
    if (this.random.chance(0.3)) this.restart();
    this.accept(committer.commit({}).commit);
    this.agree();
  }

  /** Two commits for one epoch: the server takes the first, the other device tries again. */
  private race(): void {
    const [winner, loser] = this.random.some(this.members, 2);
    if (winner === undefined || loser === undefined) return;
    const first = winner.commit({ update: true });
    const second = loser.commit({ update: true });
    this.note(`${winner.name} wins a race against ${loser.name}`);
    if (this.random.chance(0.5)) loser.group.discard(second.staged);
    this.accept(first.commit);
    this.agree();
    this.accept(loser.commit({ update: true }).commit);
    this.agree();
  }

  /** A member asks to be removed and another one does it. */
  private leave(): void {
    const [committer, leaver] = this.random.some(this.members, 2);
    if (committer === undefined || leaver === undefined) return;
    this.propose(
      leaver.saving((group) => group.proposeSelfRemove()),
      leaver,
    );
    this.note(`${leaver.name} leaves, ${committer.name} commits`);
    this.accept(committer.commit({}).commit);
    this.agree();
  }

  private propose(proposal: Uint8Array, from?: Device): void {
    this.publicGroup.addProposal(proposal);
    for (const device of this.members) {
      if (device !== from) device.saving((group) => group.receiveProposal(proposal));
    }
  }

  /** The server's compare-and-set, then everybody's processing; removed devices go outside. */
  private accept(commit: Uint8Array): void {
    const staged = this.publicGroup.stage(commit);
    this.publicGroup.apply(staged);
    for (const device of this.members) device.applyMessage(commit);
    this.outside.push(...this.members.filter((device) => !device.isMember));
    this.members = this.members.filter((device) => device.isMember);
  }

  private agree(): void {
    const views = new Set(this.members.map((device) => device.view()));
    if (views.size !== 1) throw new Error(`members see ${String(views.size)} different groups`);
    const seen = this.publicGroup.members.map(({ identity }) => toHex(identity)).join();
    const expected = this.members[0]?.group.members.map(({ identity }) => toHex(identity)).join();
    if (seen !== expected) throw new Error('the server sees other members');
    this.publicGroup = PublicGroup.restore(this.publicGroup.serialize());
  }

  /** A few messages: some arrive, some are lost, some come late. */
  private chatter(): void {
    for (let i = this.random.below(3); i > 0; i--) {
      const from = this.random.pick(this.members);
      const text = `message ${String(this.random.below(1000))}`;
      const message = from.saving((group) => group.encrypt(utf8(text), utf8('header')));
      const receivers = this.members.filter((device) => device !== from && this.random.chance(0.8));
      this.late.push({ message, text, from, receivers, epoch: from.group.epoch });
    }
    this.deliverLate(false);
  }

  /** In any order, but within the window of five past epochs. */
  private deliverLate(all: boolean): void {
    const { epoch } = this.publicGroup;
    for (const sent of this.random.some(this.late, this.late.length)) {
      const isDue = all || this.random.chance(0.5) || epoch >= sent.epoch + 4;
      if (!isDue) continue;
      this.late.splice(this.late.indexOf(sent), 1);
      if (epoch <= sent.epoch + 5) this.deliver(sent);
    }
  }

  private deliver({ message, text, from, receivers, epoch }: Sent): void {
    for (const device of receivers) {
      // A device that was removed and came back has no keys of before.
      if (!this.members.includes(device) || epoch < device.joinedAt) continue;
      const { plaintext, identity, authenticatedData } = device.saving((group) => group.decrypt(message));
      const seen = [fromUtf8(plaintext), fromUtf8(identity), fromUtf8(authenticatedData)].join();
      if (seen !== [text, from.name, 'header'].join()) throw new Error(`${device.name} read ${seen}`);
    }
  }

  private restart(): void {
    const device = this.random.pick(this.members);
    const before = device.view();
    device.restart();
    if (device.view() !== before) throw new Error(`${device.name} restarted with another view`);
  }

  private newDevice(): Device {
    this.names++;
    return new Device(`device ${String(this.names)}`, this.suite);
  }

  private note(event: string): void {
    this.history.push(event);
  }
}

const names = (devices: readonly Device[]): string => devices.map(({ name }) => name).join(' and ');

const leafOf = (device: Device): LeafIndex => device.group.ownLeaf;
