import { fromUtf8, toHex, utf8 } from '#primitives';

import type { Change, Founding, Party, ProposalRequest, Read, SentCommit, View } from './party.js';
import { loadTsMls } from './tsMlsModule.js';
import type {
  CipherSuite,
  Extension,
  KeyPackagePair,
  Message,
  Processed,
  Proposal,
  State,
  TsMlsModule,
} from './tsMlsModule.js';

const nothing = new Uint8Array(0);
const day = 24 * 3600;
const suiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

export type Continuation = 'reinit' | 'branch';

/**
 * A device that runs `ts-mls`. It can't propose an Update (its interface gives no way to keep the new private key), and
 * tells nobody who wrote a message.
 */
export class TsMls implements Party {
  readonly make = 'ts-mls';
  readonly proposes = ['add', 'remove'] as const;
  readonly canHide = true;
  readonly canMix = true;
  readonly enters = 'never';
  /** External pre-shared keys that this device knows, by id in base64. */
  psks: Readonly<Record<string, Uint8Array>> = {};
  private offered: KeyPackagePair | undefined;
  private current: State | undefined;

  private constructor(
    readonly identity: string,
    private readonly api: TsMlsModule,
    private readonly suite: CipherSuite,
    private readonly keys: Awaited<ReturnType<CipherSuite['signature']['keygen']>>,
  ) {}

  static async start(identity: string): Promise<TsMls> {
    const api = await loadTsMls();
    const implementation = await api.getCiphersuiteImpl(api.getCiphersuiteFromName(suiteName));
    return new TsMls(identity, api, implementation, await implementation.signature.keygen());
  }

  private get state(): State {
    if (this.current === undefined) throw new Error(`${this.identity} is in no group`);
    return this.current;
  }

  async keyPackage(): Promise<Uint8Array> {
    this.offered = await this.newKeyPackage();
    const { publicPackage: keyPackage } = this.offered;
    return this.api.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });
  }

  /** Without external senders: it refuses their extension in RFC 9420's encoding (findings.test.ts). */
  create({ groupId }: Founding): Promise<void> {
    return this.found(groupId, []);
  }

  async found(groupId: Uint8Array, extensions: readonly Extension[]): Promise<void> {
    const { publicPackage, privatePackage } = await this.newKeyPackage();
    this.current = await this.api.createGroup(groupId, publicPackage, privatePackage, extensions, this.suite);
  }

  async join(message: Uint8Array): Promise<void> {
    const { welcome } = this.decode(message);
    if (this.offered === undefined || welcome === undefined) throw new Error('no KeyPackage or no Welcome');
    const { publicPackage, privatePackage } = this.offered;
    this.current = await this.api.joinGroup(welcome, publicPackage, privatePackage, this.api.emptyPskIndex, this.suite);
  }

  async commit(change: Change, send: (sent: SentCommit) => boolean, hidden = false): Promise<void> {
    await this.commitAll(this.proposalsOf(change), send, hidden);
  }

  /** A commit of any proposals, applied at once. */
  async commitProposals(proposals: readonly Proposal[]): Promise<Uint8Array> {
    const sent: SentCommit[] = [];
    await this.commitAll(proposals, (made) => sent.push(made) > 0, false);
    return sent[0]?.commit ?? nothing;
  }

  async groupInfo(): Promise<Uint8Array> {
    const groupInfo = await this.api.createGroupInfoWithExternalPubAndRatchetTree(this.state, [], this.suite);
    return this.api.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
  }

  async enter(message: Uint8Array, send: (sent: SentCommit) => boolean): Promise<void> {
    const { groupInfo } = this.decode(message);
    if (groupInfo === undefined) throw new Error('not a GroupInfo');
    const { publicPackage, privatePackage } = await this.newKeyPackage();
    const wasMember = this.isMember();
    const { publicMessage, newState } = await this.api.joinGroupExternal(
      groupInfo,
      publicPackage,
      privatePackage,
      wasMember,
      this.suite,
    );
    const commit = this.api.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
    if (send({ commit })) this.current = newState;
  }

  async propose(request: ProposalRequest, hidden = false): Promise<Uint8Array> {
    const proposal = this.proposalOf(request);
    const { newState, message } = await this.api.createProposal(this.state, !hidden, proposal, this.suite);
    this.current = newState;
    return this.api.encodeMlsMessage(message);
  }

  async receive(handshake: Uint8Array): Promise<void> {
    await this.process(handshake);
  }

  async encrypt(text: string, authenticatedData: string): Promise<Uint8Array> {
    const { newState, privateMessage } = await this.api.createApplicationMessage(
      this.state,
      utf8(text),
      this.suite,
      utf8(authenticatedData),
    );
    this.current = newState;
    return this.api.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
  }

  async decrypt(message: Uint8Array): Promise<Read> {
    const processed = await this.process(message);
    if (processed.kind !== 'applicationMessage') throw new Error('not an application message');
    return { text: fromUtf8(processed.message), from: undefined, authenticatedData: undefined };
  }

  isMember(): boolean {
    return this.current !== undefined && this.current.groupActiveState.kind === 'active';
  }

  async view(): Promise<View> {
    const { groupContext, keySchedule } = this.state;
    const exported = await this.api.mlsExporter(keySchedule.exporterSecret, 'exporter', nothing, 32, this.suite);
    return {
      epoch: Number(groupContext.epoch),
      members: this.leaves()
        .filter((identity) => identity !== undefined)
        .sort(),
      exported: toHex(exported),
      authenticator: toHex(keySchedule.epochAuthenticator),
    };
  }

  leafOf(identity: string): number {
    const found = this.leaves().indexOf(identity);
    if (found < 0) throw new Error(`${this.identity} sees no ${identity}`);
    return found;
  }

  private async commitAll(
    extraProposals: readonly Proposal[],
    send: (sent: SentCommit) => boolean,
    hidden: boolean,
  ): Promise<void> {
    const pskIndex = this.api.makePskIndex(this.state, this.psks);
    const { newState, commit, welcome } = await this.api.createCommit(
      { state: this.state, cipherSuite: this.suite, pskIndex },
      { wireAsPublicMessage: !hidden, extraProposals, ratchetTreeExtension: true },
    );
    const sent = { commit: this.api.encodeMlsMessage(commit) };
    if (send(welcome === undefined ? sent : { ...sent, welcome: this.encodeWelcome(welcome) })) this.current = newState;
  }

  private newKeyPackage(): Promise<KeyPackagePair> {
    const now = Math.floor(Date.now() / 1000);
    return this.api.generateKeyPackageWithKey(
      { credentialType: 'basic', identity: utf8(this.identity) },
      this.api.defaultCapabilities(),
      { notBefore: BigInt(now - 3600), notAfter: BigInt(now + 28 * day) },
      [],
      this.keys,
      this.suite,
    );
  }

  private proposalsOf({ add = [], remove = [] }: Change): Proposal[] {
    return [
      ...remove.map((identity) => this.proposalOf({ kind: 'remove', identity })),
      ...add.map((keyPackage) => this.proposalOf({ kind: 'add', keyPackage })),
    ];
  }

  private proposalOf(request: ProposalRequest): Proposal {
    if (request.kind === 'update') throw new Error('ts-mls proposes no Update');
    if (request.kind === 'remove') {
      return { proposalType: 'remove', remove: { removed: this.leafOf(request.identity) } };
    }
    const { keyPackage } = this.decode(request.keyPackage);
    if (keyPackage === undefined) throw new Error('not a KeyPackage');
    return { proposalType: 'add', add: { keyPackage } };
  }

  private async process(message: Uint8Array): Promise<Processed> {
    const psks = this.api.makePskIndex(this.state, this.psks);
    const accept = () => 'accept' as const;
    const processed = await this.api.processMessage(this.decode(message), this.state, psks, accept, this.suite);
    this.current = processed.newState;
    return processed;
  }

  /** A commit that closes the group in favour of another one (RFC 9420 section 11.2). */
  async reinit(groupId: Uint8Array): Promise<Uint8Array> {
    const { newState, commit } = await this.api.reinitGroup(this.state, groupId, 'mls10', suiteName, [], this.suite);
    this.current = newState;
    return this.api.encodeMlsMessage(commit);
  }

  /**
   * Founds the successor after a ReInit, or a branch, with the owner of a KeyPackage. @returns MLSMessage(Welcome), and the
   * ratchet tree beside it
   */
  async continueAs(
    usage: Continuation,
    groupId: Uint8Array,
    keyPackage: Uint8Array,
  ): Promise<[Uint8Array, Uint8Array]> {
    const { api, state } = this;
    const own = await this.newKeyPackage();
    const keys = [own.publicPackage, own.privatePackage] as const;
    const members = [this.decode(keyPackage).keyPackage ?? {}];
    const { newState, welcome } = await (usage === 'reinit'
      ? api.reinitCreateNewGroup(state, ...keys, members, groupId, suiteName, [])
      : api.branchGroup(state, ...keys, members, groupId, this.suite));
    if (welcome === undefined) throw new Error('ts-mls welcomed nobody');
    this.current = newState;
    return [this.encodeWelcome(welcome), this.api.encodeRatchetTree(newState.ratchetTree)];
  }

  /** Joins a group that continues the present one. */
  async joinContinued(usage: Continuation, message: Uint8Array): Promise<void> {
    const { api, state, offered } = this;
    const { welcome } = this.decode(message);
    if (offered === undefined || welcome === undefined) throw new Error('no KeyPackage or no Welcome');
    const keys = [offered.publicPackage, offered.privatePackage] as const;
    this.current = await (usage === 'reinit'
      ? api.joinGroupFromReinit(state, welcome, ...keys)
      : api.joinGroupFromBranch(state, welcome, ...keys, undefined, this.suite));
  }

  /** Identities by leaf index; undefined where the leaf is blank. */
  private leaves(): (string | undefined)[] {
    return this.state.ratchetTree
      .filter((_, place) => place % 2 === 0)
      .map((node) => (node?.leaf === undefined ? undefined : fromUtf8(node.leaf.credential.identity)));
  }

  private encodeWelcome(welcome: object): Uint8Array {
    return this.api.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome });
  }

  private decode(bytes: Uint8Array): Message {
    const decoded = this.api.decodeMlsMessage(bytes, 0);
    if (decoded === undefined) throw new Error('ts-mls cannot decode the message');
    return decoded[0];
  }
}

/** The error by which ts-mls refuses some valid trees (RFC 9420 section 12.4.3.1; findings.test.ts). */
export const refusesUnmergedLeaves = (error: unknown): boolean =>
  String(error).includes('non-blank intermediate node must list leaf node in its unmerged_leaves');
