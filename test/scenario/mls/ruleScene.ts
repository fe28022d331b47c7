import { Group, PublicGroup, extensionTypes, externalSendersExtension } from '#mls';
import { createSigner, generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';
import type { Signer } from '#primitives';

import type { Extension } from '../../../libs/mls/src/extension.js';
import type { LeafNodeContent, LeafPlace } from '../../../libs/mls/src/leafNode.js';
import { signLeaf } from '../../../libs/mls/src/treeKem.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { Device } from './device.js';
import { Forger, forgeKeyPackage, ruleOf } from './forger.js';
import type { KeyPackageChanges } from './forger.js';

export const suite = 0x0003;
export const none = new Uint8Array(0);

/**
 * A group of three with a warm tree, the server's view of it, and a member gone bad. Negative tests of the validation
 * rules are named after their ids: somebody who holds real keys breaks one rule, and honest members (and the Delivery
 * Service, where it can see it) refuse with that very rule, and go on as if nothing had come.
 */
class RuleScene {
  readonly external = generateSigningKeyPair();
  readonly anna = new Device('anna', suite);
  readonly boris = new Device('boris', suite);
  readonly chen = new Device('chen', suite);
  publicGroup: PublicGroup;
  /** Anna at leaf 0, gone bad. */
  readonly mallory: Forger;
  /** Boris at leaf 1, when he goes bad too. */
  readonly moriarty: Forger;
  private readonly before: string;

  constructor() {
    const { anna, boris, chen } = this;
    const senders = externalSendersExtension([{ signatureKey: this.external.publicKey, identity: utf8('server') }]);
    anna.found({ groupId: randomBytes(16), extensions: new Map([[extensionTypes.externalSenders, senders]]) });
    this.publicGroup = PublicGroup.fromGroupInfo(anna.group.groupInfo());
    const { commit, welcome } = anna.commit({ add: [boris.keyPackage(), chen.keyPackage()] });
    this.accept(commit, [anna]);
    for (const device of [boris, chen]) device.join(welcome ?? none);
    for (const device of [anna, boris]) this.accept(device.commit({ update: true }).commit, [anna, boris, chen]);
    this.mallory = new Forger(anna);
    this.moriarty = new Forger(boris);
    this.before = this.view();
  }

  publicGroupCopy(): PublicGroup {
    return PublicGroup.restore(this.publicGroup.serialize());
  }

  get externalSigner(): Signer {
    return createSigner(this.external.privateKey);
  }

  /** A member and the server break on the same rule, and the member has nothing new to store. */
  expectBoth(rule: string, action: (receiver: Group | PublicGroup) => unknown): void {
    expect(ruleOf(() => action(this.chen.group))).toBe(rule);
    expect(ruleOf(() => action(this.publicGroup))).toBe(rule);
    expect(this.chen.group.takeChanges()).toEqual({ put: new Map(), remove: [] });
  }

  expectCommit(rule: string, commit: Uint8Array): void {
    this.expectBoth(rule, (receiver) => receiver.stage(commit));
  }

  /** What the server can't see and a member sees. */
  expectMember(rule: string, commit: Uint8Array): void {
    expect(ruleOf(() => this.publicGroup.stage(commit))).toBe('accepted');
    expect(ruleOf(() => this.chen.group.stage(commit))).toBe(rule);
    expect(this.chen.group.takeChanges()).toEqual({ put: new Map(), remove: [] });
  }

  /** No rule is broken but the very last one: the forger does not compute confirmation tags. */
  expectBelieved(commit: Uint8Array): void {
    this.expectMember('valn060106', commit);
  }

  expectProposal(rule: string, proposal: Uint8Array): void {
    this.expectBoth(rule, (receiver) =>
      receiver instanceof Group ? receiver.receiveProposal(proposal) : receiver.addProposal(proposal),
    );
  }

  /** A proposal that is right by itself, received by everybody while `action` runs. */
  received(proposal: Uint8Array, action: (ref: Uint8Array) => void): void {
    const saved = this.publicGroup.serialize();
    const { ref } = this.chen.saving((group) => group.receiveProposal(proposal));
    this.publicGroup.addProposal(proposal);
    action(ref);
    this.chen.saving((group) => {
      group.dropProposal(ref);
    });
    this.publicGroup = PublicGroup.restore(saved);
  }

  /** Nobody's view has changed, and honest commits and messages still pass. */
  expectUnharmed(): void {
    expect(this.view()).toBe(this.before);
    const { commit, staged } = this.boris.group.commit({ update: true });
    this.publicGroup.stage(commit);
    this.chen.group.discard(this.chen.group.stage(commit));
    this.boris.group.discard(staged);
    const message = this.boris.saving((group) => group.encrypt(utf8('still here'), none));
    expect(this.chen.saving((group) => group.decrypt(message)).plaintext).toEqual(utf8('still here'));
  }

  private view(): string {
    return [this.chen.view(), this.publicGroup.epoch, this.publicGroup.proposals.length].join(' ');
  }

  private accept(commit: Uint8Array, devices: readonly Device[]): void {
    this.publicGroup.apply(this.publicGroup.stage(commit));
    for (const device of devices) device.applyMessage(commit);
  }
}

/** The scene of one test file. */
export function ruleScene(): { readonly current: RuleScene } {
  let scene: RuleScene | undefined;
  beforeAll(async () => {
    await ready();
    scene = new RuleScene();
  });
  afterEach(() => {
    scene?.expectUnharmed();
  });
  return {
    get current() {
      if (scene === undefined) throw new Error('the scene is set before the first test');
      return scene;
    },
  };
}

export const remove = (removed: number): Proposal => ({ kind: 'remove', removed });

export const add = (changes: KeyPackageChanges = {}, suiteId = suite): Proposal => ({
  kind: 'add',
  keyPackage: forgeKeyPackage(suiteId, changes),
});

export const changeExtensions = (extensions: readonly Extension[]): Proposal => ({
  kind: 'groupContextExtensions',
  extensions,
});

/** An Update of the forger's leaf with changes, signed for its place (or another one). */
export function update(
  { state, signer }: Forger,
  changes: Partial<LeafNodeContent>,
  place: Partial<LeafPlace> = {},
  by = signer,
): Proposal {
  const { tree, context, ownLeaf } = state;
  const current = tree.leaf(ownLeaf);
  if (current === undefined) throw new Error('a leaf');
  const content = { ...current, source: { kind: 'update' } as const, ...changes };
  const leafNode = signLeaf(content, by, { groupId: context.groupId, index: ownLeaf, ...place });
  return { kind: 'update', leafNode };
}

export const stranger = (): Signer => createSigner(generateSigningKeyPair().privateKey);
