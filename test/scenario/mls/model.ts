import { extensionTypes, externalSendersExtension, signExternalRemove } from '#mls';
import type { CommitParameters, Successor } from '#mls';
import { generateSigningKeyPair, randomBytes, utf8 } from '#primitives';

import { attack, lootOf } from './attacker.js';
import { Device } from './device.js';
import { Participant, expectCode } from './participant.js';
import type { Sent, Views } from './participant.js';
import { Random } from './random.js';
import { Service } from './service.js';

const none = new Uint8Array(0);
const suites = [0x0003, 0x0003, 0x0003, 0x0001, 0x0003, 0x0003, 0x0003, 0x0003, 0x004d, 0x0003] as const;
const largest = 40;

/**
 * One random life of a group. The server keeps one order of handshakes; devices lag behind it, miss what is newest, are
 * given commits too early, restart, lose their state and come back, race for an epoch; application messages are lost,
 * late and out of order.
 */
export class Model {
  /** What happened, for the message of a failure. */
  readonly history: string[] = [];
  private readonly random: Random;
  private readonly most: number;
  private readonly steps: number;
  private readonly server = generateSigningKeyPair();
  private suite: number;
  private groupId = randomBytes(16);
  private views: Views = new Map();
  private service: Service;
  private members: Participant[];
  private outside: Device[] = [];
  private underway: Sent[] = [];
  private names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.suite = suites[seed % suites.length] ?? 0x0003;
    this.most = seed % 50 === 5 ? largest : this.suite === 0x004d ? 5 : 8;
    this.steps = 12;
    const founder = this.newDevice();
    founder.found({ groupId: this.groupId, extensions: this.extensions() });
    this.service = new Service(founder.group.groupInfo());
    this.members = [Participant.enter(founder, this.service, this.views)];
  }

  run(): void {
    this.add(this.most === largest ? largest - 1 : 1 + this.random.below(4));
    for (let step = 0; step < this.steps; step++) {
      this.step();
      this.chatter();
      this.lag();
      if (this.random.chance(0.3)) this.random.pick(this.members).restart();
    }
    this.settle();
    this.deliver(() => true);
    if (this.underway.length > 0) throw new Error('messages were left over that nobody could read yet');
  }

  private step(): void {
    let roll = this.random.next() * steps.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, step] of steps) {
      roll -= weight;
      if (roll > 0) continue;
      this[step]();
      return;
    }
  }

  addSome(): void {
    this.add(1 + this.random.below(3));
  }

  /** New devices and, now and then, one that was removed before. */
  private add(count: number): void {
    const free = this.most - this.members.length;
    const back = this.random.chance(0.4) ? this.random.some(this.outside, 1) : [];
    const joining = [...back, ...Array.from({ length: count }, () => this.newDevice())].slice(0, free);
    if (joining.length === 0) return;
    const treeBesideWelcome = this.random.chance(0.5);
    const keyPackages = joining.map((device) => device.keyPackage(this.suite));
    const parameters = { add: keyPackages, update: this.random.chance(0.5), treeBesideWelcome };
    const { welcome = none } = this.commit(
      this.current(),
      parameters,
      `adds ${joining.map(({ name }) => name).join()}`,
    );
    this.welcome(joining, welcome, treeBesideWelcome);
  }

  private welcome(joining: readonly Device[], welcome: Uint8Array, treeBesideWelcome: boolean): void {
    for (const device of joining) {
      device.join(welcome, treeBesideWelcome ? this.service.ratchetTree : undefined);
      this.members.push(Participant.enter(device, this.service, this.views));
      this.outside = this.outside.filter((other) => other !== device);
    }
  }

  remove(): void {
    const [committer, ...gone] = this.random.some(this.members, 2 + this.random.below(3));
    if (committer === undefined || gone.length === 0) return;
    committer.catchUp();
    this.commitRemoval(committer, { remove: gone.map((one) => leafOf(one.catchUp())) }, gone);
  }

  removeFromOutside(): void {
    const [committer, gone] = this.random.some(this.members, 2);
    if (committer === undefined || gone === undefined) return;
    const remove = { groupId: this.groupId, epoch: this.service.epoch, leaf: leafOf(gone), senderIndex: 0 };
    this.service.propose(signExternalRemove(remove, this.server), 'the server');
    this.commitRemoval(committer, {}, [gone]);
  }

  /** A member asks to be removed and another one does it. */
  leave(): void {
    const [committer, leaver] = this.random.some(this.members, 2);
    if (committer === undefined || leaver === undefined) return;
    leaver.catchUp();
    this.service.propose(
      leaver.device.saving((group) => group.proposeSelfRemove()),
      leaver.name,
    );
    this.commitRemoval(committer, {}, [leaver]);
  }

  /** A commit that removes members, and what one of them makes of it with all that it ever stored. */
  private commitRemoval(committer: Participant, parameters: CommitParameters, gone: readonly Participant[]): void {
    const [victim] = gone;
    const before = victim?.catchUp().device;
    const records = before && lootOf(before, none, none).records;
    const { commit } = this.commit(committer, parameters, `removes ${gone.map(({ name }) => name).join()}`);
    if (records === undefined || !this.random.chance(0.5)) return;
    const attempt = attack({ records, commit, ratchetTree: this.service.ratchetTree });
    if (attempt.pathSecretsFound > 0 || attempt.foundNextEpoch)
      throw new Error(`${victim?.name ?? ''} derives the next epoch`);
  }

  update(): void {
    this.commit(this.current(), { update: true }, 'updates');
  }

  proposeUpdates(): void {
    const [committer, ...proposers] = this.random.some(this.members, 4);
    if (committer === undefined) return;
    for (const proposer of proposers) {
      this.service.propose(
        proposer.catchUp().device.saving((group) => group.proposeUpdate()),
        proposer.name,
      );
    }
    if (this.random.chance(0.3)) this.random.pick(this.members).restart();
    this.commit(committer, {}, `commits updates of ${proposers.map(({ name }) => name).join()}`);
  }

  /** An Add by one member that another one commits. */
  proposeAdd(): void {
    if (this.members.length >= this.most) return;
    const [committer, proposer] = this.random.some(this.members, 2);
    if (committer === undefined || proposer === undefined) return;
    const joining = this.newDevice();
    const keyPackage = joining.keyPackage(this.suite);
    this.service.propose(
      proposer.catchUp().device.saving((group) => group.proposeAdd(keyPackage)),
      proposer.name,
    );
    const { welcome = none } = this.commit(committer, {}, `adds ${joining.name} as proposed`);
    this.welcome([joining], welcome, false);
  }

  /** Two commits for one epoch: the server takes the first, the other device tries again. */
  race(): void {
    const [winner, loser] = this.random.some(this.members, 2);
    if (winner === undefined || loser === undefined) return;
    const lost = loser.catchUp().device.commit({ update: true });
    this.commit(winner, { update: true }, `wins a race against ${loser.name}`);
    if (this.random.chance(0.5)) loser.device.group.discard(lost.staged);
    if (this.service.offer(lost.commit, loser.name)) throw new Error('the server took two commits for one epoch');
    this.commit(loser, { update: true }, 'tries again');
  }

  /** A device that lost its state comes back by an external commit, at times too late for the epoch that it knew of. */
  rejoin(): void {
    const [helper, lost] = this.random.some(this.members, 2);
    if (helper === undefined || lost === undefined) return;
    const stale = this.random.chance(0.3) ? helper.catchUp().device.group.groupInfo() : undefined;
    if (stale !== undefined) {
      this.commit(helper, { update: true }, 'commits meanwhile');
      if (this.service.offer(lost.device.rejoin(stale), lost.name))
        throw new Error('a stale GroupInfo was good enough');
    }
    const commit = lost.device.rejoin(helper.catchUp().device.group.groupInfo());
    this.note(`${lost.name} rejoins`);
    if (!this.service.offer(commit, lost.name)) throw new Error('the server refuses to let a member back in');
    this.members = this.members.map((one) => (one === lost ? this.enter(lost.device) : one));
  }

  /** The group goes on under another suite; whoever it had is in its successor. */
  reinitialize(): void {
    const successor: Successor = { groupId: randomBytes(16), suite: this.otherSuite(), extensions: this.extensions() };
    this.commit(this.current(), { reinit: successor }, `reinitializes with suite ${String(successor.suite)}`);
    this.settle();
    this.deliver(() => true);
    this.underway = [];
    const [founder, ...others] = this.random.some(this.members, this.members.length);
    if (founder === undefined) return;
    expectCode('REINITIALIZED', () => founder.device.group.encrypt(utf8('too late'), none));
    const keyPackages = others.map(({ device }) => device.keyPackage(successor.suite));
    const { identity, keys: signatureKeyPair } = founder.device;
    const next = founder.device.group.reinitialize({ keyPackages, identity, signatureKeyPair });
    this.start(successor, next.group.groupInfo());
    founder.device.enter(next.group);
    for (const { device } of others) device.follow(next.welcome);
    this.members = [founder, ...others].map(({ device }) => this.enter(device));
  }

  private start({ groupId, suite }: Successor, groupInfo: Uint8Array): void {
    this.groupId = groupId;
    this.suite = suite;
    this.views = new Map();
    this.outside = [];
    this.service = new Service(groupInfo);
  }

  /** A commit that the server takes; whom it removes has left. */
  private commit(
    committer: Participant,
    parameters: CommitParameters,
    what: string,
  ): { commit: Uint8Array; welcome?: Uint8Array } {
    const result = committer.catchUp().device.commit(parameters);
    this.note(`${committer.name} ${what}`);
    if (!this.service.offer(result.commit, committer.name)) throw new Error('the server refuses the only commit');
    for (const member of this.members) if (member === committer || this.random.chance(0.6)) member.catchUp();
    this.removeGone();
    return result;
  }

  /** Devices that do not know yet that they were removed find out now; they are outside then. */
  private removeGone(): void {
    const present = this.service.viewOf(this.service.epoch).members;
    for (const member of this.members) {
      if (!present.has(Buffer.from(member.name).toString('hex'))) member.catchUp();
    }
    this.outside.push(...this.members.filter(({ device }) => !device.isMember).map(({ device }) => device));
    this.members = this.members.filter(({ device }) => device.isMember);
  }

  /** Some hear of everything, some of one handshake, some of none, and some of the newest before the others. */
  private lag(): void {
    for (const member of this.members) {
      const roll = this.random.next();
      if (roll < 0.15) member.skipAhead();
      else if (roll < 0.3) member.catchUp(1);
      else if (roll < 0.7) member.catchUp();
    }
  }

  private settle(): void {
    for (const member of this.members) member.catchUp();
    if (new Set(this.members.map(({ device }) => device.view())).size !== 1)
      throw new Error('members see different groups');
  }

  /** A few messages, also by devices that lag behind; some are lost for some. */
  private chatter(): void {
    for (let i = this.random.below(3); i > 0; i--) {
      const from = this.random.pick(this.members);
      if (from.device.group.proposals.length > 0) continue;
      this.underway.push(from.send(`message ${String(this.random.below(1000))}`));
    }
    this.deliver((sent) => this.random.chance(0.5) || this.service.epoch >= sent.epoch + 4);
  }

  /** Those that are due, in any order, to everybody who was there; one in five never arrives. */
  private deliver(isDue: (sent: Sent) => boolean): void {
    const due = this.underway.filter(isDue);
    this.underway = this.underway.filter((sent) => !due.includes(sent));
    for (const sent of this.random.some(due, due.length)) {
      const readers = this.members.map((member) => ({ member, when: member.canRead(sent) }));
      for (const { member, when } of readers) {
        if (when === 'never' || this.random.chance(0.2)) continue;
        if (when === 'later') expectCode('WRONG_EPOCH', () => member.device.group.decrypt(sent.message));
        else member.read(sent);
      }
    }
  }

  private current(): Participant {
    return this.random.pick(this.members).catchUp();
  }

  private enter(device: Device): Participant {
    return Participant.enter(device, this.service, this.views);
  }

  private otherSuite(): number {
    const others = [0x0001, 0x0003, ...(this.members.length <= 6 ? [0x004d] : [])].filter(
      (suite) => suite !== this.suite,
    );
    return this.random.pick(others);
  }

  private extensions(): Map<number, Uint8Array> {
    const senders = externalSendersExtension([{ signatureKey: this.server.publicKey, identity: utf8('server') }]);
    return new Map([[extensionTypes.externalSenders, senders]]);
  }

  private newDevice(): Device {
    this.names++;
    return new Device(`device ${String(this.names)}`, this.suite);
  }

  private note(event: string): void {
    this.history.push(event);
  }
}

const leafOf = ({ device }: Participant) => device.group.ownLeaf;

/** What can happen next, and how likely it is beside the others. */
const steps = [
  [0.26, 'addSome'],
  [0.16, 'remove'],
  [0.08, 'removeFromOutside'],
  [0.12, 'update'],
  [0.1, 'proposeUpdates'],
  [0.06, 'proposeAdd'],
  [0.08, 'race'],
  [0.06, 'leave'],
  [0.05, 'rejoin'],
  [0.03, 'reinitialize'],
] as const;
