import { Group, createKeyPackage } from '#mls';
import type {
  CommitParameters,
  CommitResult,
  CreateGroupParameters,
  JoinGroupParameters,
  RejoinParameters,
} from '#mls';
import { generateSigningKeyPair, toHex, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

/** A device with its group and what it has on disk of it. */
export class Device {
  readonly keys: SigningKeyPair = generateSigningKeyPair();
  private disk = new Map<string, Uint8Array>();
  private member: Group | undefined;
  /** The first epoch that this device can read. */
  joinedAt = 0;
  private offered: ReturnType<typeof createKeyPackage> | undefined;

  constructor(
    readonly name: string,
    readonly suite: number,
  ) {}

  get identity(): Uint8Array {
    return utf8(this.name);
  }

  get group(): Group {
    if (this.member === undefined) throw new Error(`${this.name} is in no group`);
    return this.member;
  }

  get isMember(): boolean {
    return this.member?.isMember ?? false;
  }

  found(parameters: Pick<CreateGroupParameters, 'groupId' | 'extensions'>): void {
    const { identity, suite, keys: signatureKeyPair } = this;
    this.enter(Group.create({ ...parameters, suite, identity, signatureKeyPair }));
  }

  keyPackage(suite = this.suite): Uint8Array {
    const { identity, keys: signatureKeyPair } = this;
    this.offered = createKeyPackage({ identity, suite, signatureKeyPair });
    return this.offered.keyPackage;
  }

  join(
    welcome: Uint8Array,
    ratchetTree?: Uint8Array,
    more: Pick<JoinGroupParameters, 'psks' | 'from' | 'maxLifetimeSeconds'> = {},
  ): void {
    if (this.offered === undefined) throw new Error(`${this.name} offered no KeyPackage`);
    const { keyPackage, secrets: keyPackageSecrets } = this.offered;
    const tree = ratchetTree === undefined ? {} : { ratchetTree };
    const own = { keyPackage, keyPackageSecrets, signatureKeyPair: this.keys };
    this.enter(Group.join({ welcome, ...own, ...tree, ...more }));
  }

  /** Joins a group that continues the one that it is in. */
  follow(welcome: Uint8Array): void {
    this.join(welcome, undefined, { from: this.group });
  }

  /** Comes back by an external commit, which is still to be accepted. */
  rejoin(groupInfo: Uint8Array, parameters: Partial<RejoinParameters> = {}): Uint8Array {
    const { identity, keys: signatureKeyPair } = this;
    const { group, commit } = Group.rejoin({ groupInfo, identity, signatureKeyPair, ...parameters });
    this.enter(group);
    return commit;
  }

  commit(parameters: CommitParameters): CommitResult {
    return this.saving(() => this.group.commit(parameters));
  }

  /** Does something with the group and puts what changed on disk. */
  saving<T>(action: (group: Group) => T): T {
    const result = action(this.group);
    this.save();
    return result;
  }

  applyMessage(commit: Uint8Array): void {
    this.saving((group) => {
      group.apply(group.stage(commit));
    });
  }

  /** Forgets everything that is not on disk. */
  restart(): void {
    this.member = Group.restore(this.copyOfDisk(), this.keys);
    this.member.confirmNewest();
  }

  copyOfDisk(): Map<string, Uint8Array> {
    return new Map([...this.disk].map(([key, value]) => [key, value.slice()]));
  }

  /** What members must agree on. */
  view(): string {
    const { group } = this;
    const exported = group.exportSecret('model', utf8('test'), 32);
    const members = group.members.map(({ leafIndex, identity }) => `${String(leafIndex)}=${toHex(identity)}`).join();
    const [authenticator, tree] = [toHex(group.epochAuthenticator), toHex(group.treeHash)];
    return [group.epoch, authenticator, tree, toHex(exported), members].join(' ');
  }

  /** Takes a group that was made elsewhere. */
  enter(group: Group): void {
    this.disk = new Map();
    this.member = group;
    this.joinedAt = group.epoch;
    this.save();
  }

  private save(): void {
    const { put, remove } = this.group.takeChanges();
    for (const [key, value] of put) this.disk.set(key, value);
    for (const key of remove) this.disk.delete(key);
  }
}
