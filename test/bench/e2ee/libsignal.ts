import type { Talk } from './contract.js';
import { importPeer } from './peerModule.js';

export const senderKeyName = 'libsignal sender key';
export const oneToOneName = 'libsignal 1:1';

type Bytes = Uint8Array;

interface Serializable {
  serialize(): Bytes;
}

interface Address {
  name(): string;
}

interface PublicKey extends Serializable {
  equals(other: PublicKey): boolean;
}

interface PrivateKey {
  getPublicKey(): PublicKey;
  sign(message: Bytes): Bytes;
}

interface KemKeyPair {
  getPublicKey(): Serializable;
}

interface SenderKeys {
  saveSenderKey(sender: Address, distributionId: string, record: Serializable): Promise<void>;
  getSenderKey(sender: Address, distributionId: string): Promise<Serializable | null>;
}

type Sessions = object;
type Identities = object;

/** What is called of libsignal's own interface. */
interface Libsignal {
  ProtocolAddress: { new (...args: never): unknown; new: (name: string, deviceId: number) => Address };
  PrivateKey: { generate(): PrivateKey };
  KEMKeyPair: { generate(): KemKeyPair };
  IdentityKeyPair: new (publicKey: PublicKey, privateKey: PrivateKey) => object;
  SenderKeyStore: abstract new () => object;
  SessionStore: abstract new () => object;
  IdentityKeyStore: abstract new () => object;
  PreKeyStore: abstract new () => object;
  SignedPreKeyStore: abstract new () => object;
  KyberPreKeyStore: abstract new () => object;
  PreKeyRecord: { new: (id: number, publicKey: PublicKey, privateKey: PrivateKey) => Serializable };
  SignedPreKeyRecord: {
    new: (id: number, time: number, publicKey: PublicKey, privateKey: PrivateKey, signature: Bytes) => Serializable;
  };
  KyberPreKeyRecord: { new: (id: number, time: number, pair: KemKeyPair, signature: Bytes) => Serializable };
  PreKeyBundle: { new: (...parts: readonly unknown[]) => object };
  SenderKeyDistributionMessage: {
    create(sender: Address, distributionId: string, store: SenderKeys): Promise<Serializable>;
    deserialize(bytes: Bytes): Serializable;
  };
  SignalMessage: { deserialize(bytes: Bytes): object };
  PreKeySignalMessage: { deserialize(bytes: Bytes): object };
  processSenderKeyDistributionMessage(sender: Address, message: Serializable, store: SenderKeys): Promise<void>;
  groupEncrypt(sender: Address, distributionId: string, store: SenderKeys, message: Bytes): Promise<Serializable>;
  groupDecrypt(sender: Address, store: SenderKeys, message: Bytes): Promise<Bytes>;
  processPreKeyBundle(bundle: object, to: Address, own: Address, sessions: Sessions, ids: Identities): Promise<void>;
  signalEncrypt(message: Bytes, to: Address, own: Address, sessions: Sessions, ids: Identities): Promise<Serializable>;
  signalDecrypt(message: object, from: Address, own: Address, sessions: Sessions, ids: Identities): Promise<Bytes>;
  signalDecryptPreKey(message: object, from: Address, own: Address, ...stores: readonly object[]): Promise<Bytes>;
}

/** libsignal with stores that keep each record in memory and serialize it when it is saved, as one who stores it must. */
export class LibsignalBench {
  private constructor(private readonly signal: Libsignal) {}

  static async load(): Promise<LibsignalBench> {
    return new LibsignalBench(await importPeer<Libsignal>('@signalapp/libsignal-client/dist/index.js'));
  }

  /** A sender and a receiver of a sender key; the number of members changes nothing in either. */
  async senderKey(): Promise<Talk & { readonly distributionBytes: number; storedBytes(): number }> {
    const { signal } = this;
    const sender = signal.ProtocolAddress.new(crypto.randomUUID(), 1);
    const distributionId = crypto.randomUUID();
    const [own, other] = [this.senderKeyStore(), this.senderKeyStore()];
    const sent = (await signal.SenderKeyDistributionMessage.create(sender, distributionId, own.store)).serialize();
    const received = signal.SenderKeyDistributionMessage.deserialize(sent);
    await signal.processSenderKeyDistributionMessage(sender, received, other.store);
    return {
      name: senderKeyName,
      distributionBytes: sent.length,
      storedBytes: () => other.bytes(),
      encrypt: async (plaintext) => {
        return (await signal.groupEncrypt(sender, distributionId, own.store, plaintext)).serialize();
      },
      decrypt: (message) => signal.groupDecrypt(sender, other.store, message),
    };
  }

  /** A sender with a session for each of `others`: what is encrypted is encrypted for each, and the first decrypts. */
  async oneToOne(others: number): Promise<Talk> {
    const { signal } = this;
    const sender = this.device();
    const receivers = Array.from({ length: others }, () => this.device());
    for (const receiver of receivers) await this.connect(sender, receiver);
    const encrypt = async (plaintext: Bytes, { address }: Device) => {
      return (await signal.signalEncrypt(plaintext, address, sender.address, sender.sessions, sender.ids)).serialize();
    };
    const [first, ...rest] = receivers;
    if (first === undefined) throw new RangeError('a session needs two');
    return {
      name: oneToOneName,
      encrypt: async (plaintext) => {
        for (const receiver of rest) await encrypt(plaintext, receiver);
        return encrypt(plaintext, first);
      },
      decrypt: (message) => {
        const parsed = signal.SignalMessage.deserialize(message);
        return signal.signalDecrypt(parsed, sender.address, first.address, first.sessions, first.ids);
      },
    };
  }

  private senderKeyStore(): { store: SenderKeys; bytes(): number } {
    const records = new Map<string, Serializable>();
    const stored = new Map<string, Bytes>();
    class Store extends this.signal.SenderKeyStore implements SenderKeys {
      saveSenderKey(sender: Address, distributionId: string, record: Serializable): Promise<void> {
        const key = `${sender.name()} ${distributionId}`;
        records.set(key, record);
        stored.set(key, record.serialize());
        return Promise.resolve();
      }

      getSenderKey(sender: Address, distributionId: string): Promise<Serializable | null> {
        return Promise.resolve(records.get(`${sender.name()} ${distributionId}`) ?? null);
      }
    }
    return { store: new Store(), bytes: () => [...stored.values()].reduce((sum, { length }) => sum + length, 0) };
  }

  private device(): Device {
    const identity = this.signal.PrivateKey.generate();
    const address = this.signal.ProtocolAddress.new(crypto.randomUUID(), 1);
    return { address, identity, sessions: this.sessionStore(), ids: this.identityStore(identity) };
  }

  private sessionStore(): object {
    const records = new Map<string, Serializable>();
    const stored = new Map<string, Bytes>();
    class Store extends this.signal.SessionStore {
      saveSession(peer: Address, record: Serializable): Promise<void> {
        records.set(peer.name(), record);
        stored.set(peer.name(), record.serialize());
        return Promise.resolve();
      }

      getSession(peer: Address): Promise<Serializable | null> {
        return Promise.resolve(records.get(peer.name()) ?? null);
      }

      getExistingSessions(peers: readonly Address[]): Promise<Serializable[]> {
        return Promise.resolve(peers.flatMap((peer) => records.get(peer.name()) ?? []));
      }
    }
    return new Store();
  }

  private identityStore(own: PrivateKey): object {
    const known = new Map<string, PublicKey>();
    const { IdentityKeyPair } = this.signal;
    class Store extends this.signal.IdentityKeyStore {
      getIdentityKey = () => Promise.resolve(own);
      getIdentityKeyPair = () => Promise.resolve(new IdentityKeyPair(own.getPublicKey(), own));
      getLocalRegistrationId = () => Promise.resolve(1);
      isTrustedIdentity = (peer: Address, key: PublicKey) => {
        return Promise.resolve(known.get(peer.name())?.equals(key) ?? true);
      };
      getIdentity = (peer: Address) => Promise.resolve(known.get(peer.name()) ?? null);
      saveIdentity = (peer: Address, key: PublicKey) => {
        known.set(peer.name(), key);
        return Promise.resolve(0);
      };
    }
    return new Store();
  }

  /** Opens a session by a bundle of pre-keys and a first message in each direction. */
  private async connect(sender: Device, receiver: Device): Promise<void> {
    const { signal } = this;
    const { bundle, stores } = this.preKeys(receiver.identity);
    await signal.processPreKeyBundle(bundle, receiver.address, sender.address, sender.sessions, sender.ids);
    const hello = new Uint8Array(1);
    const first = await signal.signalEncrypt(hello, receiver.address, sender.address, sender.sessions, sender.ids);
    const parsed = signal.PreKeySignalMessage.deserialize(first.serialize());
    const { address, sessions, ids } = receiver;
    await signal.signalDecryptPreKey(parsed, sender.address, address, sessions, ids, ...stores);
    const answer = await signal.signalEncrypt(hello, sender.address, address, sessions, ids);
    const back = signal.SignalMessage.deserialize(answer.serialize());
    await signal.signalDecrypt(back, address, sender.address, sender.sessions, sender.ids);
  }

  private preKeys(identity: PrivateKey): { bundle: object; stores: readonly object[] } {
    const { signal } = this;
    const [oneTime, signed] = [signal.PrivateKey.generate(), signal.PrivateKey.generate()];
    const kem = signal.KEMKeyPair.generate();
    const signedSignature = identity.sign(signed.getPublicKey().serialize());
    const kemSignature = identity.sign(kem.getPublicKey().serialize());
    const bundle = signal.PreKeyBundle.new(
      ...[1, 1, 1, oneTime.getPublicKey(), 1, signed.getPublicKey(), signedSignature],
      ...[identity.getPublicKey(), 1, kem.getPublicKey(), kemSignature],
    );
    const preKey = signal.PreKeyRecord.new(1, oneTime.getPublicKey(), oneTime);
    const signedPreKey = signal.SignedPreKeyRecord.new(1, 0, signed.getPublicKey(), signed, signedSignature);
    const kyberPreKey = signal.KyberPreKeyRecord.new(1, 0, kem, kemSignature);
    class PreKeys extends signal.PreKeyStore {
      getPreKey = () => Promise.resolve(preKey);
      removePreKey = () => Promise.resolve();
    }
    class SignedPreKeys extends signal.SignedPreKeyStore {
      getSignedPreKey = () => Promise.resolve(signedPreKey);
    }
    class KyberPreKeys extends signal.KyberPreKeyStore {
      getKyberPreKey = () => Promise.resolve(kyberPreKey);
      markKyberPreKeyUsed = () => Promise.resolve();
    }
    return { bundle, stores: [new PreKeys(), new SignedPreKeys(), new KyberPreKeys()] };
  }
}

interface Device {
  readonly address: Address;
  readonly identity: PrivateKey;
  readonly sessions: object;
  readonly ids: object;
}
