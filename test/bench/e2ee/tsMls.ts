import type { Candidate, CreatedGroup, GroupMember, Limits, MlsImplementation } from './contract.js';

type Bytes = Uint8Array;

/** What is called of ts-mls's own interface; what it gives is opaque. */
export interface TsMlsModule {
  getCiphersuiteFromName(name: string): object;
  getCiphersuiteImpl(suite: object): Promise<object>;
  readonly emptyPskIndex: object;
  generateKeyPackage(
    credential: object,
    capabilities: object,
    lifetime: object,
    extensions: readonly object[],
    suite: object,
  ): Promise<{ publicPackage: object; privatePackage: object }>;
  createGroup(
    id: Bytes,
    publicPackage: object,
    privatePackage: object,
    extensions: readonly object[],
    suite: object,
  ): Promise<object>;
  joinGroup(
    welcome: object,
    publicPackage: object,
    privatePackage: object,
    psks: object,
    suite: object,
  ): Promise<object>;
  createCommit(
    context: { state: object; cipherSuite: object },
    options: object,
  ): Promise<{ newState: object; welcome?: object; commit: object }>;
  createApplicationMessage(
    state: object,
    plaintext: Bytes,
    suite: object,
  ): Promise<{ newState: object; privateMessage: object }>;
  processPrivateMessage(
    state: object,
    message: object,
    psks: object,
    suite: object,
  ): Promise<{ newState: object; message?: Bytes }>;
  processPublicMessage(state: object, message: object, psks: object, suite: object): Promise<{ newState: object }>;
  encodeMlsMessage(message: object): Bytes;
  decodeMlsMessage(bytes: Bytes, offset: number): readonly [Decoded, number] | undefined;
  encodeGroupState(state: object): Bytes;
}

interface Decoded {
  readonly keyPackage?: object;
  readonly welcome?: object;
  readonly privateMessage?: object;
  readonly publicMessage?: object;
}

export const tsMlsName = 'ts-mls 0x0001';

const suiteName = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';
/** As those of core-crypto, which takes nobody who does not understand x509. */
const capabilities = {
  versions: ['mls10'],
  ciphersuites: [suiteName],
  extensions: [],
  proposals: [],
  credentials: ['basic', 'x509'],
};
const version = 'mls10';
const day = 86_400;

/** `ts-mls`: its state is a value that each operation replaces; storing that is not part of what is timed. */
export class TsMls implements MlsImplementation {
  readonly name = tsMlsName;
  private readonly fillerCache = new Map<string, Promise<Bytes>>();

  private constructor(
    private readonly api: TsMlsModule,
    private readonly suite: object,
    readonly limits: Limits,
  ) {}

  static async start(api: TsMlsModule, limits: Limits): Promise<TsMls> {
    return new TsMls(api, await api.getCiphersuiteImpl(api.getCiphersuiteFromName(suiteName)), limits);
  }

  async candidate(leaf: number): Promise<Candidate> {
    const { publicPackage, privatePackage } = await this.keyPackage(identityOf(leaf));
    return {
      keyPackage: this.encodeKeyPackage(publicPackage),
      join: async (message) => {
        const welcome = this.decoded(message).welcome ?? unexpected();
        const { emptyPskIndex } = this.api;
        return this.member(await this.api.joinGroup(welcome, publicPackage, privatePackage, emptyPskIndex, this.suite));
      },
    };
  }

  fillers(first: number, count: number): Promise<readonly Bytes[]> {
    return this.fillersFor(Array.from({ length: count }, (_, i) => identityOf(first + i)));
  }

  /** KeyPackages that nobody will join by, each made once. */
  async fillersFor(identities: readonly Bytes[]): Promise<readonly Bytes[]> {
    return Promise.all(
      identities.map((identity) => {
        const key = identity.join();
        const made = this.fillerCache.get(key) ?? this.filler(identity);
        this.fillerCache.set(key, made);
        return made;
      }),
    );
  }

  async create(keyPackages: readonly Bytes[]): Promise<CreatedGroup> {
    const { publicPackage, privatePackage } = await this.keyPackage(identityOf(0));
    const id = crypto.getRandomValues(new Uint8Array(16));
    const empty = await this.api.createGroup(id, publicPackage, privatePackage, [], this.suite);
    const extraProposals = keyPackages.map((bytes) => {
      return { proposalType: 'add', add: { keyPackage: this.decoded(bytes).keyPackage ?? unexpected() } };
    });
    const { newState, welcome, commit } = await this.commit(empty, extraProposals);
    const message = { version, wireformat: 'mls_welcome', welcome };
    return { creator: this.member(newState), commit, welcome: this.api.encodeMlsMessage(message) };
  }

  private member(first: object): GroupMember {
    const { api, suite } = this;
    let state = first;
    const commit = async (proposals: readonly object[]) => {
      const made = await this.commit(state, proposals);
      state = made.newState;
      return made.commit;
    };
    return {
      encrypt: async (plaintext) => {
        const { newState, privateMessage } = await api.createApplicationMessage(state, plaintext, suite);
        state = newState;
        return api.encodeMlsMessage({ version, wireformat: 'mls_private_message', privateMessage });
      },
      decrypt: async (bytes) => {
        const message = this.decoded(bytes).privateMessage ?? unexpected();
        const opened = await api.processPrivateMessage(state, message, api.emptyPskIndex, suite);
        state = opened.newState;
        return opened.message ?? unexpected();
      },
      update: () => commit([]),
      remove: (leaf) => commit([{ proposalType: 'remove', remove: { removed: leaf } }]),
      process: async (bytes) => {
        const message = this.decoded(bytes).publicMessage ?? unexpected();
        ({ newState: state } = await api.processPublicMessage(state, message, api.emptyPskIndex, suite));
      },
      storedBytes: () => api.encodeGroupState(state).length,
    };
  }

  private async commit(state: object, extraProposals: readonly object[]) {
    const options = { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals };
    const made = await this.api.createCommit({ state, cipherSuite: this.suite }, options);
    return { ...made, commit: this.api.encodeMlsMessage(made.commit) };
  }

  private keyPackage(identity: Bytes): Promise<{ publicPackage: object; privatePackage: object }> {
    const now = Math.floor(Date.now() / 1000);
    const lifetime = { notBefore: BigInt(now - day), notAfter: BigInt(now + 28 * day) };
    return this.api.generateKeyPackage({ credentialType: 'basic', identity }, capabilities, lifetime, [], this.suite);
  }

  private async filler(identity: Bytes): Promise<Bytes> {
    return this.encodeKeyPackage((await this.keyPackage(identity)).publicPackage);
  }

  private encodeKeyPackage(keyPackage: object): Bytes {
    return this.api.encodeMlsMessage({ version, wireformat: 'mls_key_package', keyPackage });
  }

  private decoded(bytes: Bytes): Decoded {
    return this.api.decodeMlsMessage(bytes, 0)?.[0] ?? unexpected();
  }
}

const encoder = new TextEncoder();
const identityOf = (leaf: number): Bytes => encoder.encode(`member ${String(leaf)}`);

function unexpected(): never {
  throw new Error('ts-mls gave something else than was asked for');
}
