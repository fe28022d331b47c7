import { fromUtf8, toHex, utf8 } from '#primitives';

import { loadCoreCrypto } from './coreCryptoModule.js';
import type { CommitBundle, Context, CoreCrypto as Client, CoreCryptoModule } from './coreCryptoModule.js';
import { suite } from './party.js';
import type { Change, Founding, Party, Read, SentCommit, View } from './party.js';

/** MLSMessage's version and wire format mls_key_package: core-crypto takes bare KeyPackages and GroupInfos. */
const keyPackageHeader = Uint8Array.of(0, 1, 0, 5);
const headerLength = keyPackageHeader.length;

/** Where core-crypto's transport finds what to do with the commit that is being made. */
interface Outbox {
  send: (bundle: CommitBundle) => boolean;
}

/**
 * A device that runs `@wireapp/core-crypto`, that is OpenMLS. It sends every handshake as PublicMessage, proposes nothing
 * by itself (its interface has commits only), and gives no access to authenticated data.
 */
export class CoreCrypto implements Party {
  readonly make = 'core-crypto';
  readonly proposes = [] as const;
  readonly canHide = false;
  readonly canMix = false;
  readonly enters = 'any';
  private conversation: object | undefined;
  private member = false;
  private hasProposals = false;
  private published: Uint8Array | undefined;

  private constructor(
    readonly identity: string,
    private readonly api: CoreCryptoModule,
    private readonly client: Client,
    private readonly outbox: Outbox,
    private readonly credential: object,
  ) {}

  static async start(identity: string): Promise<CoreCrypto> {
    const api = await loadCoreCrypto();
    const client = api.CoreCrypto.new(await api.Database.inMemory());
    const outbox: Outbox = { send: () => false };
    const transport = {
      sendCommitBundle: (bundle: CommitBundle) => {
        if (outbox.send(bundle)) return Promise.resolve();
        return Promise.reject(new api.MlsTransportError.MessageRejected({ reason: 'another commit came first' }));
      },
      prepareForTransport: () => Promise.reject(new Error('no history is shared')),
    };
    const credential = await client.transaction(async (context) => {
      const id = clientId(api, identity);
      await context.mlsInit(id, transport);
      return context.addCredential(api.Credential.basic(suite, id));
    });
    return new CoreCrypto(identity, api, client, outbox, credential);
  }

  async keyPackage(): Promise<Uint8Array> {
    const made = await this.client.transaction((context) => context.generateKeyPackage(this.credential));
    return Uint8Array.of(...keyPackageHeader, ...made.serialize());
  }

  async create({ groupId, externalSender }: Founding): Promise<void> {
    const sender = this.api.ExternalSender.parsePublicKey(externalSender, this.api.SignatureScheme.Ed25519);
    const id = new this.api.ConversationId(groupId);
    await this.client.transaction((context) => context.createConversation(id, this.credential, sender));
    this.enterAs(id);
  }

  async join(welcome: Uint8Array): Promise<void> {
    await this.forget();
    const id = await this.client.transaction((context) => context.processWelcomeMessage(new this.api.Welcome(welcome)));
    this.enterAs(new this.api.ConversationId(id.copyBytes()));
  }

  async commit(change: Change, send: (sent: SentCommit) => boolean): Promise<void> {
    this.sendBy(send);
    try {
      await this.within((context, id) => this.commitWith(context, id, change));
    } catch (error) {
      if (!(error instanceof CoreCryptoRefusal && error.isLostRace)) throw error;
    }
  }

  /** Of the epoch that its own commit led to: core-crypto makes a GroupInfo with each commit and at no other time. */
  groupInfo(): Promise<Uint8Array> {
    return this.published === undefined ? Promise.reject(new Error('no GroupInfo')) : Promise.resolve(this.published);
  }

  async enter(groupInfo: Uint8Array, send: (sent: SentCommit) => boolean): Promise<void> {
    this.sendBy(send);
    await this.forget();
    const info = new this.api.GroupInfo(groupInfo.subarray(headerLength));
    const entered = this.client.transaction((context) => context.joinByExternalCommit(info, this.credential));
    const id = await entered.catch(refuse);
    this.enterAs(new this.api.ConversationId(id.copyBytes()));
  }

  propose(): Promise<Uint8Array> {
    return Promise.reject(new Error('core-crypto sends no proposals'));
  }

  async receive(handshake: Uint8Array): Promise<void> {
    const { tag, inner } = await this.within((context, id) => context.decryptMessage(id, handshake));
    if (tag === 'Text') throw new Error('not a handshake');
    this.hasProposals = tag === 'Proposal';
    if (tag === 'Commit') this.published = undefined;
    if (inner.isActive === false) this.member = false;
  }

  /** Without authenticated data: the interface has no way to give it. */
  encrypt(text: string): Promise<Uint8Array> {
    return this.within((context, id) => context.encryptMessage(id, utf8(text)));
  }

  async decrypt(message: Uint8Array): Promise<Read> {
    const { inner } = await this.within((context, id) => context.decryptMessage(id, message));
    if (inner.plaintext === undefined || inner.senderClientId === undefined)
      throw new Error('not an application message');
    const from = fromUtf8(inner.senderClientId.copyBytes());
    return { text: fromUtf8(inner.plaintext), from, authenticatedData: undefined };
  }

  isMember(): boolean {
    return this.member;
  }

  view(): Promise<View> {
    return this.within(async (context, id) => ({
      epoch: Number(await context.conversationEpoch(id)),
      members: (await context.getClientIds(id)).map((client) => fromUtf8(client.copyBytes())).sort(),
      exported: toHex((await context.exportSecretKey(id, 32)).copyBytes()),
      authenticator: undefined,
    }));
  }

  leafOf(): undefined {
    return undefined;
  }

  private async commitWith(context: Context, id: object, { add = [], remove = [] }: Change): Promise<void> {
    if (add.length > 0 && remove.length > 0) throw new Error('core-crypto commits one kind of change at a time');
    if (add.length > 0)
      await context.addClientsToConversation(
        id,
        add.map((bytes) => this.bareKeyPackage(bytes)),
      );
    else if (remove.length > 0)
      await context.removeClientsFromConversation(
        id,
        remove.map((name) => clientId(this.api, name)),
      );
    else if (this.hasProposals) await context.commitPendingProposals(id);
    else await context.updateKeyingMaterial(id);
    this.hasProposals = false;
  }

  private sendBy(send: (sent: SentCommit) => boolean): void {
    this.outbox.send = ({ commit, welcome, groupInfo }) => {
      const isTaken = send(welcome === undefined ? { commit } : { commit, welcome: welcome.serialize() });
      if (isTaken) this.published = groupInfo.payload;
      return isTaken;
    };
  }

  private bareKeyPackage(message: Uint8Array): object {
    return new this.api.KeyPackage(message.subarray(headerLength));
  }

  private enterAs(id: object): void {
    this.conversation = id;
    this.member = true;
    this.hasProposals = false;
  }

  /** Of the time before it was removed: core-crypto joins no conversation that it still holds. */
  private async forget(): Promise<void> {
    const id = this.conversation;
    if (id === undefined) return;
    await this.client.transaction(async (context) => {
      if (await context.conversationExists(id)) await context.wipeConversation(id);
    });
  }

  private within<T>(action: (context: Context, id: object) => Promise<T>): Promise<T> {
    const id = this.conversation;
    if (id === undefined) throw new Error(`${this.identity} is in no group`);
    return this.client.transaction((context) => action(context, id)).catch(refuse);
  }
}

interface NestedError {
  readonly inner?: { readonly mlsError?: NestedError; readonly msg?: string };
  readonly tag?: string;
}

/** An error of core-crypto with what lies inside it as its message. */
class CoreCryptoRefusal extends Error {
  /** True where the Delivery Service took another commit: core-crypto has thrown its own away then. */
  readonly isLostRace: boolean;

  constructor(cause: unknown) {
    const { inner } = cause as NestedError;
    const { tag, inner: innermost } = inner?.mlsError ?? {};
    super(`core-crypto: ${innermost?.msg ?? tag ?? String(cause)}`, { cause });
    this.isLostRace = tag === 'MessageRejected';
  }
}

function clientId(api: CoreCryptoModule, identity: string): object {
  const [user = '', device = '', domain = ''] = identity.split(/[:@]/);
  return new api.ClientId(new api.Uuid(user), api.DeviceId.fromHexString(device.padStart(16, '0')), domain);
}

function refuse(error: unknown): never {
  throw new CoreCryptoRefusal(error);
}
