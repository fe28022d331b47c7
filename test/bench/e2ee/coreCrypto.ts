import type { Candidate, CreatedGroup, GroupMember, Limits, MlsImplementation } from './contract.js';

type Bytes = Uint8Array;

/** What is called of core-crypto's own interface; its objects are opaque handles. */
export interface CoreCryptoModule {
  initWasmModule(address: string): Promise<void>;
  readonly Database: { inMemory(): Promise<object>; open(name: string, key: object): Promise<object> };
  readonly DatabaseKey: new (bytes: Bytes) => object;
  readonly CoreCrypto: { new: (database: object) => Client };
  readonly Uuid: new (text: string) => object;
  readonly DeviceId: new (id: bigint) => object;
  readonly ClientId: new (user: object, device: object, domain: string) => { copyBytes(): Bytes };
  readonly ConversationId: new (bytes: Bytes) => { copyBytes(): Bytes };
  readonly Credential: { basic(suite: number, client: object): object };
  readonly KeyPackage: new (bytes: Bytes) => object;
  readonly Welcome: new (bytes: Bytes) => object;
}

interface Client {
  transaction<T>(action: (context: Context) => Promise<T>): Promise<T>;
}

interface Context {
  mlsInit(client: object, transport: object): Promise<void>;
  addCredential(credential: object): Promise<object>;
  generateKeyPackage(credential: object): Promise<{ serialize(): Bytes }>;
  createConversation(id: object, credential: object, externalSender: undefined): Promise<void>;
  processWelcomeMessage(welcome: object): Promise<object>;
  addClientsToConversation(id: object, keyPackages: readonly object[]): Promise<void>;
  removeClientsFromConversation(id: object, clients: readonly object[]): Promise<void>;
  updateKeyingMaterial(id: object): Promise<void>;
  encryptMessage(id: object, plaintext: Bytes): Promise<Bytes>;
  decryptMessage(id: object, message: Bytes): Promise<{ readonly inner: { readonly plaintext?: Bytes } }>;
}

interface CommitBundle {
  readonly commit: Bytes;
  readonly welcome?: { serialize(): Bytes };
}

/** Where its transactions are written. */
export type CoreCryptoStore = 'memory' | 'IndexedDB';

/** KeyPackages of members that nobody plays, for these identities. */
export type Fill = (identities: readonly Bytes[]) => Promise<readonly Bytes[]>;

/** What a client sent last: its transport accepts everything. */
interface Sent {
  last: CommitBundle | undefined;
}

interface Device {
  readonly client: Client;
  readonly credential: object;
  readonly sent: Sent;
}

const suite = 1;
const user = '018f4c1e-0000-7000-8000-000000000001';
const domain = 'bench.example';
/** MLSMessage's version and wire format mls_key_package: core-crypto gives and takes bare KeyPackages. */
const keyPackageHeader = Uint8Array.of(0, 1, 0, 5);

export const coreCryptoName = (store: CoreCryptoStore): string => `core-crypto 0x0001, ${store}`;

/** `@wireapp/core-crypto`, that is OpenMLS in WebAssembly, as its users have it: each operation is a transaction. */
export class CoreCryptoMls implements MlsImplementation {
  readonly name: string;
  private readonly devices = new Map<number, Promise<Device>>();

  constructor(
    private readonly api: CoreCryptoModule,
    private readonly store: CoreCryptoStore,
    private readonly fill: Fill,
    readonly limits: Limits,
  ) {
    this.name = coreCryptoName(store);
  }

  async candidate(leaf: number): Promise<Candidate> {
    const device = await this.device(leaf);
    const made = await device.client.transaction((context) => context.generateKeyPackage(device.credential));
    return {
      keyPackage: Uint8Array.from([...keyPackageHeader, ...made.serialize()]),
      join: async (welcome) => {
        const id = await device.client.transaction((context) => {
          return context.processWelcomeMessage(new this.api.Welcome(welcome));
        });
        return this.member(device, id);
      },
    };
  }

  fillers(first: number, count: number): Promise<readonly Bytes[]> {
    return this.fill(Array.from({ length: count }, (_, i) => this.clientId(first + i).copyBytes()));
  }

  async create(keyPackages: readonly Bytes[]): Promise<CreatedGroup> {
    const device = await this.device(0);
    const id = new this.api.ConversationId(crypto.getRandomValues(new Uint8Array(16)));
    await device.client.transaction(async (context) => {
      await context.createConversation(id, device.credential, undefined);
      const parsed = keyPackages.map((bytes) => new this.api.KeyPackage(bytes.subarray(keyPackageHeader.length)));
      await context.addClientsToConversation(id, parsed);
    });
    const { commit, welcome } = sentBy(device);
    if (welcome === undefined) throw new Error('a commit that adds gives a Welcome');
    return { creator: this.member(device, id), commit, welcome: welcome.serialize() };
  }

  private member(device: Device, id: object): GroupMember {
    const { client } = device;
    return {
      encrypt: (plaintext) => client.transaction((context) => context.encryptMessage(id, plaintext)),
      decrypt: async (message) => {
        const { inner } = await client.transaction((context) => context.decryptMessage(id, message));
        return inner.plaintext ?? new Uint8Array(0);
      },
      update: async () => {
        await client.transaction((context) => context.updateKeyingMaterial(id));
        return sentBy(device).commit;
      },
      remove: async (leaf) => {
        await client.transaction((context) => context.removeClientsFromConversation(id, [this.clientId(leaf)]));
        return sentBy(device).commit;
      },
      process: async (commit) => {
        await client.transaction((context) => context.decryptMessage(id, commit));
      },
    };
  }

  /** The device of a leaf, the same in all groups: making one takes long. */
  private device(leaf: number): Promise<Device> {
    const device = this.devices.get(leaf) ?? this.start(leaf);
    this.devices.set(leaf, device);
    return device;
  }

  private async start(leaf: number): Promise<Device> {
    const client = this.api.CoreCrypto.new(await this.database());
    const id = this.clientId(leaf);
    const sent: Sent = { last: undefined };
    const transport = {
      sendCommitBundle: (bundle: CommitBundle) => {
        sent.last = bundle;
        return Promise.resolve();
      },
      prepareForTransport: () => Promise.reject(new Error('no history is shared')),
    };
    const credential = await client.transaction(async (context) => {
      await context.mlsInit(id, transport);
      return context.addCredential(this.api.Credential.basic(suite, id));
    });
    return { client, credential, sent };
  }

  private database(): Promise<object> {
    if (this.store === 'memory') return this.api.Database.inMemory();
    const key = new this.api.DatabaseKey(crypto.getRandomValues(new Uint8Array(32)));
    return this.api.Database.open(crypto.randomUUID(), key);
  }

  private clientId(leaf: number): { copyBytes(): Bytes } {
    return new this.api.ClientId(new this.api.Uuid(user), new this.api.DeviceId(BigInt(leaf)), domain);
  }
}

function sentBy({ sent }: Device): CommitBundle {
  if (sent.last === undefined) throw new Error('core-crypto sent no commit');
  return sent.last;
}
