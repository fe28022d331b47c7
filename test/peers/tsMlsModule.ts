import { loadPeer } from './load.js';

/** What the adapter uses of `ts-mls`; its states are values, every call gives a new one. */
export interface TsMlsModule {
  getCiphersuiteFromName(name: string): object;
  getCiphersuiteImpl(suite: object): Promise<CipherSuite>;
  defaultCapabilities(): object;
  generateKeyPackageWithKey(
    credential: Credential,
    capabilities: object,
    lifetime: { notBefore: bigint; notAfter: bigint },
    extensions: readonly Extension[],
    keys: SignatureKeys,
    suite: CipherSuite,
  ): Promise<KeyPackagePair>;
  createGroup(
    groupId: Uint8Array,
    keyPackage: object,
    privateKeys: object,
    extensions: readonly Extension[],
    suite: CipherSuite,
  ): Promise<State>;
  joinGroup(
    welcome: object,
    keyPackage: object,
    privateKeys: object,
    psks: object,
    suite: CipherSuite,
    tree?: object,
  ): Promise<State>;
  createCommit(
    context: { state: State; cipherSuite: CipherSuite; pskIndex: object },
    options: CommitOptions,
  ): Promise<CommitResult>;
  createGroupInfoWithExternalPubAndRatchetTree(
    state: State,
    extensions: readonly Extension[],
    suite: CipherSuite,
  ): Promise<object>;
  joinGroupExternal(
    groupInfo: object,
    keyPackage: object,
    privateKeys: object,
    wasMember: boolean,
    suite: CipherSuite,
  ): Promise<{ publicMessage: object; newState: State }>;
  createProposal(
    state: State,
    isPublic: boolean,
    proposal: Proposal,
    suite: CipherSuite,
  ): Promise<{ newState: State; message: object }>;
  createApplicationMessage(
    state: State,
    plaintext: Uint8Array,
    suite: CipherSuite,
    authenticatedData: Uint8Array,
  ): Promise<{ newState: State; privateMessage: object }>;
  processMessage(
    message: Message,
    state: State,
    psks: object,
    judge: () => 'accept' | 'reject',
    suite: CipherSuite,
  ): Promise<Processed>;
  mlsExporter(
    secret: Uint8Array,
    label: string,
    context: Uint8Array,
    length: number,
    suite: CipherSuite,
  ): Promise<Uint8Array>;
  readonly emptyPskIndex: object;
  /** Finds external keys and the resumption keys of a state. */
  makePskIndex(state: State, psks: Readonly<Record<string, Uint8Array>>): object;
  reinitGroup(
    state: State,
    groupId: Uint8Array,
    version: 'mls10',
    suiteName: string,
    extensions: readonly Extension[],
    suite: CipherSuite,
  ): Promise<CommitResult>;
  reinitCreateNewGroup(
    state: State,
    keyPackage: object,
    privateKeys: object,
    members: readonly object[],
    groupId: Uint8Array,
    suiteName: string,
    extensions: readonly Extension[],
  ): Promise<CommitResult>;
  branchGroup(
    state: State,
    keyPackage: object,
    privateKeys: object,
    members: readonly object[],
    groupId: Uint8Array,
    suite: CipherSuite,
  ): Promise<CommitResult>;
  joinGroupFromReinit(old: State, welcome: object, keyPackage: object, privateKeys: object): Promise<State>;
  joinGroupFromBranch(
    old: State,
    welcome: object,
    keyPackage: object,
    privateKeys: object,
    tree: undefined,
    suite: CipherSuite,
  ): Promise<State>;
  encodeRatchetTree(tree: State['ratchetTree']): Uint8Array;
  encodeMlsMessage(message: object): Uint8Array;
  decodeMlsMessage(bytes: Uint8Array, offset: number): readonly [Message, number] | undefined;
}

export interface CipherSuite {
  readonly signature: { keygen(): Promise<SignatureKeys> };
}

interface SignatureKeys {
  readonly signKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

interface Credential {
  readonly credentialType: 'basic';
  readonly identity: Uint8Array;
}

export interface Extension {
  readonly extensionType: string;
  readonly extensionData: Uint8Array;
}

export interface KeyPackagePair {
  readonly publicPackage: object;
  readonly privatePackage: object;
}

type Leaf = { readonly credential: Credential };

export interface State {
  readonly groupContext: { readonly epoch: bigint };
  readonly keySchedule: { readonly epochAuthenticator: Uint8Array; readonly exporterSecret: Uint8Array };
  /** The array representation of RFC 9420 appendix C: leaves at even places. */
  readonly ratchetTree: readonly ({ readonly nodeType: string; readonly leaf?: Leaf } | undefined)[];
  readonly groupActiveState: { readonly kind: string };
}

interface ExternalPskId {
  readonly psktype: 'external';
  readonly pskId: Uint8Array;
  readonly pskNonce: Uint8Array;
}

export type Proposal =
  | { readonly proposalType: 'psk'; readonly psk: { readonly preSharedKeyId: ExternalPskId } }
  | { readonly proposalType: 'add'; readonly add: { readonly keyPackage: object } }
  | { readonly proposalType: 'remove'; readonly remove: { readonly removed: number } }
  | {
      readonly proposalType: 'group_context_extensions';
      readonly groupContextExtensions: { readonly extensions: readonly Extension[] };
    };

interface CommitOptions {
  readonly wireAsPublicMessage: boolean;
  readonly extraProposals: readonly Proposal[];
  readonly ratchetTreeExtension: true;
}

interface CommitResult {
  readonly newState: State;
  readonly commit: object;
  readonly welcome: object | undefined;
}

export interface Message {
  readonly keyPackage?: object;
  readonly welcome?: object;
  readonly groupInfo?: object;
}

export type Processed =
  | { readonly kind: 'newState'; readonly newState: State }
  | { readonly kind: 'applicationMessage'; readonly newState: State; readonly message: Uint8Array };

const folder = 'ts-mls/dist/src';
let loading: Promise<TsMlsModule> | undefined;

export function loadTsMls(): Promise<TsMlsModule> {
  loading ??= load();
  return loading;
}

async function load(): Promise<TsMlsModule> {
  const main = await loadPeer(`${folder}/index.js`);
  const tree = await loadPeer(`${folder}/ratchetTree.js`);
  return { ...(main as TsMlsModule), ...(tree as Pick<TsMlsModule, 'encodeRatchetTree'>) };
}
