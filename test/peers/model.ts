import { Random } from '../scenario/mls/random.js';
import { Circle, headerOf, nameOf, readAs } from './circle.js';
import { startParties } from './parties.js';
import type { Make, Party, ProposalRequest } from './party.js';
import { refusesUnmergedLeaves } from './tsMls.js';

interface Sent {
  readonly message: Uint8Array;
  readonly text: string;
  readonly from: Party;
  readonly epoch: number;
  readonly receivers: readonly Party[];
}

/** Messages of older epochs are delivered too; core-crypto keeps the keys of three. */
const latestAfter = 2;

/** One random life of a group in which several makes are members. It avoids only what findings.test.ts proves. */
export class Model {
  /** What happened, for the message of a failure. */
  readonly history: string[] = [];
  private readonly counts = { steps: 0, messages: 0, strays: 0 };
  private readonly random: Random;
  private readonly circle: Circle;
  private late: Sent[] = [];
  private hasExternalSender = false;

  private constructor(
    seed: number,
    private readonly parties: readonly Party[],
  ) {
    this.random = new Random(seed);
    // core-crypto takes no handshakes in PrivateMessages, ts-mls can send them
    const canHide = parties.some((party) => party.canHide) && parties.every(({ make }) => make !== 'core-crypto');
    this.circle = new Circle(canHide && this.random.chance(0.5), refusesUnmergedLeaves);
  }

  static async start(seed: number, makes: readonly Make[]): Promise<Model> {
    return new Model(seed, await startParties(makes));
  }

  get summary(): string {
    const { steps, messages, strays } = this.counts;
    const refused = strays === 0 ? '' : `, ${String(strays)} valid Welcomes refused by ts-mls`;
    return `${String(steps)} steps, ${String(this.circle.epoch)} epochs, ${String(messages)} messages read${refused}`;
  }

  async run(steps: number): Promise<void> {
    const founder = this.random.pick(this.parties);
    this.note(`${nameOf(founder)} founds`);
    await this.circle.found(founder);
    this.hasExternalSender = founder.make !== 'ts-mls';
    while (this.counts.steps < steps) {
      this.counts.steps++;
      await this.step();
      await this.removeStrays();
      await this.chatter();
    }
    await this.deliverLate(true);
    this.counts.messages += await this.circle.speak();
  }

  private get members(): readonly Party[] {
    return this.circle.members;
  }

  private get outside(): Party[] {
    return this.parties.filter((party) => !this.members.includes(party));
  }

  private step(): Promise<void> {
    const roll = this.random.next();
    const mustGrow = this.members.length < 2 || (this.outside.length > 0 && this.random.chance(0.6));
    if (mustGrow && roll < 0.3) return this.addByProposal();
    if (mustGrow) return roll < 0.4 ? this.intrude() : this.add();
    if (roll < 0.25) return this.update();
    if (roll < 0.4) return this.remove();
    if (roll < 0.55) return this.removeFromOutside();
    if (roll < 0.65) return this.removeByProposal();
    if (roll < 0.75) return this.proposeUpdates();
    if (roll < 0.85) return this.race();
    if (roll < 0.93) return this.comeBack();
    return this.replace();
  }

  private async add(): Promise<void> {
    const joining = this.random.some(this.outside, 1 + this.random.below(2));
    const committer = this.random.pick(this.members);
    this.note(`${nameOf(committer)} adds ${namesOf(joining)}`);
    await this.circle.add(committer, joining, this.random.chance(0.5));
  }

  private async addByProposal(): Promise<void> {
    const [joining] = this.random.some(this.outside, 1);
    const proposer = this.proposerOf('add');
    if (joining === undefined || proposer === undefined) return this.add();
    const committer = this.random.pick(this.members);
    this.note(`${nameOf(proposer)} proposes to add ${nameOf(joining)}, ${nameOf(committer)} commits`);
    await this.circle.propose(proposer, { kind: 'add', keyPackage: await joining.keyPackage() });
    await this.circle.commit(committer, {}, [joining]);
  }

  /** Somebody enters uninvited, by an external commit. */
  private async intrude(): Promise<void> {
    const [newcomer] = this.random.some(
      this.outside.filter(({ enters }) => enters === 'any'),
      1,
    );
    const informer = this.informerFor(newcomer);
    if (newcomer === undefined || informer === undefined) return this.add();
    this.note(`${nameOf(newcomer)} enters by what ${nameOf(informer)} says`);
    await this.circle.enter(newcomer, informer);
  }

  /** A member that lost its state replaces its leaf by an external commit. */
  private async comeBack(): Promise<void> {
    const [member] = this.random.some(
      this.members.filter(({ enters }) => enters !== 'never'),
      1,
    );
    const informer = this.informerFor(member);
    if (member === undefined || informer === undefined) return this.update();
    this.note(`${nameOf(member)} comes back by what ${nameOf(informer)} says`);
    await this.circle.enter(member, informer);
  }

  private async update(): Promise<void> {
    const committer = this.random.pick(this.members);
    this.note(`${nameOf(committer)} updates`);
    await this.circle.commit(committer, { path: true });
  }

  private async remove(): Promise<void> {
    const [committer, gone] = this.two();
    this.note(`${nameOf(committer)} removes ${nameOf(gone)}`);
    await this.circle.commit(committer, { remove: [gone.identity] });
  }

  /** Removes and adds in one commit. ts-mls does not understand that it is removed if its leaf is taken at once. */
  private async replace(): Promise<void> {
    const committer = this.random.some(this.members, this.members.length).find(({ canMix }) => canMix);
    const [joining] = this.random.some(this.outside, 1);
    const replaceable = this.members.filter((party) => party !== committer && party.make !== 'ts-mls');
    const [gone] = this.random.some(replaceable, 1);
    if (committer === undefined || joining === undefined || gone === undefined) return this.update();
    this.note(`${nameOf(committer)} replaces ${nameOf(gone)} by ${nameOf(joining)}`);
    const add = [await joining.keyPackage()];
    await this.circle.commit(committer, { add, remove: [gone.identity] }, [joining]);
  }

  /** The external sender proposes; ts-mls can't read the extension that names it. */
  private async removeFromOutside(): Promise<void> {
    const canAll = this.hasExternalSender && this.members.every(({ make }) => make !== 'ts-mls');
    const canTell = this.members.some(({ make }) => make === 'ours');
    if (!canAll || !canTell) return this.removeByProposal();
    const [committer, gone] = this.two();
    this.note(`the server proposes to remove ${nameOf(gone)}, ${nameOf(committer)} commits`);
    await this.circle.proposeRemoveFromOutside(gone);
    await this.circle.commit(committer, {});
  }

  /** Also of the proposer itself: it leaves. */
  private async removeByProposal(): Promise<void> {
    const proposer = this.proposerOf('remove');
    if (proposer === undefined) return this.remove();
    const [committer, gone] = this.two();
    this.note(`${nameOf(proposer)} proposes to remove ${nameOf(gone)}, ${nameOf(committer)} commits`);
    await this.circle.propose(proposer, { kind: 'remove', identity: gone.identity });
    await this.circle.commit(committer, {});
  }

  private async proposeUpdates(): Promise<void> {
    const [committer] = this.two();
    const proposers = this.members.filter((party) => party !== committer && party.proposes.includes('update'));
    this.note(`${namesOf(proposers)} propose updates, ${nameOf(committer)} commits`);
    for (const proposer of proposers) await this.circle.propose(proposer, { kind: 'update' });
    await this.circle.commit(committer, {});
  }

  /** Two commits for one epoch: the Delivery Service refuses the second, whose maker catches up and tries again. */
  private async race(): Promise<void> {
    const [winner, loser] = this.two();
    this.note(`${nameOf(winner)} wins a race against ${nameOf(loser)}`);
    await loser.commit({ path: true }, () => false, this.circle.hides);
    await this.circle.commit(winner, { path: true });
    await this.circle.commit(loser, { path: true });
  }

  /** Of ts-mls that refused a valid tree: the others can't know it until it is silent. */
  private async removeStrays(): Promise<void> {
    const { strays } = this.circle;
    if (strays.length === 0) return;
    this.counts.strays += strays.length;
    const committer = this.random.pick(this.members);
    this.note(`${namesOf(strays)} could not join, ${nameOf(committer)} removes`);
    await this.circle.commit(committer, { remove: strays.map(({ identity }) => identity) });
  }

  /** At most two messages of a member: core-crypto keeps the keys of two late ones. */
  private async chatter(): Promise<void> {
    for (const from of this.random.some([...this.members, ...this.members], this.random.below(4))) {
      const text = `message ${String(this.random.below(1000))} of ${nameOf(from)}`;
      const message = await from.encrypt(text, headerOf(from));
      const receivers = this.members.filter((party) => party !== from);
      this.late.push({ message, text, from, epoch: this.circle.epoch, receivers });
    }
    await this.deliverLate(false);
  }

  /** In any order, some of them epochs later. */
  private async deliverLate(all: boolean): Promise<void> {
    const { epoch } = this.circle;
    for (const sent of this.random.some(this.late, this.late.length)) {
      const isDue = all || this.random.chance(0.6) || epoch >= sent.epoch + latestAfter;
      if (!isDue) continue;
      this.late = this.late.filter((other) => other !== sent);
      if (epoch <= sent.epoch + latestAfter) await this.deliver(sent);
    }
  }

  private async deliver({ message, text, from, epoch, receivers }: Sent): Promise<void> {
    for (const party of receivers.filter((receiver) => this.canRead(receiver, from, epoch))) {
      await readAs(party, message, { text, from });
      this.counts.messages++;
    }
  }

  /** core-crypto checks what was written in an older epoch by the tree of today: the writer must still have its leaf. */
  private canRead(reader: Party, from: Party, epoch: number): boolean {
    const { circle } = this;
    return (
      circle.hasStayedSince(reader, epoch) && (reader.make !== 'core-crypto' || circle.hasStayedSince(from, epoch))
    );
  }

  private two(): [Party, Party] {
    const [first, second] = this.random.some(this.members, 2);
    if (first === undefined || second === undefined) throw new Error('fewer than two members');
    return [first, second];
  }

  private proposerOf(kind: ProposalRequest['kind']): Party | undefined {
    return this.random.some(this.members, this.members.length).find(({ proposes }) => proposes.includes(kind));
  }

  /** ts-mls writes a GroupInfo that nobody else can use, core-crypto one only with a commit of its own. */
  private informerFor(entering: Party | undefined): Party | undefined {
    return this.members.find((party) => party !== entering && party.make === 'ours');
  }

  private note(event: string): void {
    this.history.push(event);
  }
}

const namesOf = (parties: readonly Party[]): string => parties.map(nameOf).join(' and ');
