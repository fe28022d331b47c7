import { Group, createKeyPackage } from '#mls';
import type { CommitParameters, CommitResult, CreateGroupParameters } from '#mls';
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

  keyPackage(): Uint8Array {
    const { identity, suite, keys: signatureKeyPair } = this;
    this.offered = createKeyPackage({ identity, suite, signatureKeyPair });
    return this.offered.keyPackage;
  }

  join(welcome: Uint8Array, ratchetTree?: Uint8Array): void {
    if (this.offered === undefined) throw new Error(`${this.name} offered no KeyPackage`);
    const { keyPackage, secrets: keyPackageSecrets } = this.offered;
    const tree = ratchetTree === undefined ? {} : { ratchetTree };
    this.enter(Group.join({ welcome, keyPackage, keyPackageSecrets, signatureKeyPair: this.keys, ...tree }));
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
  }

  copyOfDisk(): Map<string, Uint8Array> {
    return new Map([...this.disk].map(([key, value]) => [key, value.slice()]));
  }

  /** What members must agree on. */
  view(): string {
    const { group } = this;
    const exported = group.exportSecret('model', utf8('test'), 32);
    const members = group.members.map(({ leafIndex, identity }) => `${String(leafIndex)}=${toHex(identity)}`).join();
    return [group.epoch, toHex(group.epochAuthenticator), toHex(exported), members].join(' ');
  }

  private enter(group: Group): void {
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
