import { Group, createKeyPackage, envelopeOf, extensionTypes, externalSendersExtension } from '#mls';
import type { CommitParameters, ExternalPsk, LeafIndex } from '#mls';
import { fromUtf8, generateSigningKeyPair, randomBytes, toHex, utf8 } from '#primitives';

import { suite } from './party.js';
import type { Change, Founding, Party, ProposalRequest, Read, SentCommit, View } from './party.js';

/** Groups that core-crypto founds require that all members know both (RFC 9420 section 11.1). */
const [basic, x509] = [1, 2];
const nothing = new Uint8Array(0);

/** A device that runs this repository's `#mls`. */
export class Ours implements Party {
  readonly make = 'ours';
  readonly proposes = ['add', 'remove', 'update'] as const;
  readonly canHide = false;
  readonly canMix = true;
  readonly enters = 'its own';
  private readonly keys = generateSigningKeyPair();
  /** External pre-shared keys that this device knows. */
  psks: readonly ExternalPsk[] = [];
  private offered: ReturnType<typeof createKeyPackage> | undefined;
  private joined: Group | undefined;

  constructor(readonly identity: string) {}

  get group(): Group {
    if (this.joined === undefined) throw new Error(`${this.identity} is in no group`);
    return this.joined;
  }

  keyPackage(): Promise<Uint8Array> {
    const own = { suite, identity: utf8(this.identity), signatureKeyPair: this.keys };
    this.offered = createKeyPackage({ ...own, credentials: [basic, x509] });
    return Promise.resolve(this.offered.keyPackage);
  }

  create({ groupId, externalSender }: Founding): Promise<void> {
    const senders = externalSendersExtension([{ signatureKey: externalSender, identity: utf8('server') }]);
    this.joined = Group.create({
      suite,
      groupId,
      identity: utf8(this.identity),
      signatureKeyPair: this.keys,
      extensions: new Map([[extensionTypes.externalSenders, senders]]),
    });
    return Promise.resolve();
  }

  join(welcome: Uint8Array, more: { from?: Group; ratchetTree?: Uint8Array } = {}): Promise<void> {
    if (this.offered === undefined) throw new Error(`${this.identity} offered no KeyPackage`);
    const { keyPackage, secrets: keyPackageSecrets } = this.offered;
    const { keys: signatureKeyPair, psks } = this;
    this.joined = Group.join({ welcome, keyPackage, keyPackageSecrets, signatureKeyPair, psks, ...more });
    return Promise.resolve();
  }

  commit({ add = [], remove = [], path = false }: Change, send: (sent: SentCommit) => boolean): Promise<void> {
    const leaves = remove.map((identity) => this.leafOf(identity));
    const { staged, ...sent } = this.group.commit({ add, remove: leaves, update: path, psks: this.psks });
    if (send(sent)) this.group.apply(staged);
    else this.group.discard(staged);
    return Promise.resolve();
  }

  /** A commit of whatever `#mls` offers, applied at once. */
  commitWith(parameters: CommitParameters): Uint8Array {
    const { staged, commit } = this.group.commit({ ...parameters, psks: this.psks });
    this.group.apply(staged);
    return commit;
  }

  /** Founds the successor after a ReInit, or a branch, with the owner of a KeyPackage. @returns MLSMessage(Welcome) */
  continueAs(usage: 'reinit' | 'branch', keyPackage: Uint8Array): Uint8Array {
    const own = { keyPackages: [keyPackage], identity: utf8(this.identity), signatureKeyPair: this.keys };
    const { group, welcome } =
      usage === 'reinit'
        ? this.group.reinitialize(own)
        : this.group.branch({ ...own, groupId: randomBytes(16), extensions: new Map() });
    this.joined = group;
    return welcome;
  }

  /** Joins a group that continues the present one, with the ratchet tree beside the Welcome. */
  joinContinued([welcome, ratchetTree]: readonly [Uint8Array, Uint8Array]): Promise<void> {
    return this.join(welcome, { ratchetTree, from: this.group });
  }

  groupInfo(): Promise<Uint8Array> {
    return Promise.resolve(this.group.groupInfo());
  }

  enter(groupInfo: Uint8Array, send: (sent: SentCommit) => boolean): Promise<void> {
    const identity = utf8(this.identity);
    const { group, commit } = Group.rejoin({ groupInfo, identity, signatureKeyPair: this.keys });
    if (send({ commit })) this.joined = group;
    return Promise.resolve();
  }

  propose(request: ProposalRequest): Promise<Uint8Array> {
    if (request.kind === 'add') return Promise.resolve(this.group.proposeAdd(request.keyPackage));
    if (request.kind === 'update') return Promise.resolve(this.group.proposeUpdate());
    return Promise.resolve(this.group.proposeRemove(this.leafOf(request.identity)));
  }

  receive(handshake: Uint8Array): Promise<void> {
    if (envelopeOf(handshake).contentType === 'proposal') this.group.receiveProposal(handshake);
    else this.group.apply(this.group.stage(handshake, { acceptNewMembers: true, psks: this.psks }));
    return Promise.resolve();
  }

  encrypt(text: string, authenticatedData: string): Promise<Uint8Array> {
    return Promise.resolve(this.group.encrypt(utf8(text), utf8(authenticatedData)));
  }

  decrypt(message: Uint8Array): Promise<Read> {
    const { plaintext, identity, authenticatedData } = this.group.decrypt(message);
    return Promise.resolve({
      text: fromUtf8(plaintext),
      from: fromUtf8(identity),
      authenticatedData: fromUtf8(authenticatedData),
    });
  }

  isMember(): boolean {
    return this.joined?.isMember ?? false;
  }

  view(): Promise<View> {
    const { epoch, members, epochAuthenticator } = this.group;
    return Promise.resolve({
      epoch,
      members: members.map(({ identity }) => fromUtf8(identity)).sort(),
      exported: toHex(this.group.exportSecret('exporter', nothing, 32)),
      authenticator: toHex(epochAuthenticator),
    });
  }

  leafOf(identity: string): LeafIndex {
    const found = this.group.members.find((member) => fromUtf8(member.identity) === identity);
    if (found === undefined) throw new Error(`${this.identity} sees no ${identity}`);
    return found.leafIndex;
  }
}
