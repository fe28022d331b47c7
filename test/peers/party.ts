/** Whose implementation of RFC 9420 a party runs. */
export type Make = 'ours' | 'core-crypto' | 'ts-mls';

/** What a commit does besides covering the proposals that were received; without any of both it renews its sender's keys. */
export interface Change {
  /** MLSMessage(KeyPackage) of those to add. */
  readonly add?: readonly Uint8Array[];
  /** Identities of those to remove. */
  readonly remove?: readonly string[];
  /** With new keys of the sender also where RFC 9420 section 12.4 does not require it; a make that can't choose ignores it. */
  readonly path?: boolean;
}

export interface SentCommit {
  /** MLSMessage(PublicMessage or PrivateMessage) */
  readonly commit: Uint8Array;
  /** MLSMessage(Welcome) with the ratchet tree inside. */
  readonly welcome?: Uint8Array;
}

/** What all members of an epoch must agree on. */
export interface View {
  readonly epoch: number;
  /** Identities, sorted. */
  readonly members: readonly string[];
  /** MLS-Exporter("exporter", "", 32) in hex: the one secret that every make gives away. */
  readonly exported: string;
  /** In hex, where the make shows it. */
  readonly authenticator: string | undefined;
}

export interface Read {
  readonly text: string;
  /** Who wrote it, where the make says so. */
  readonly from: string | undefined;
  /** What the make gives of the authenticated data. */
  readonly authenticatedData: string | undefined;
}

export interface Founding {
  readonly groupId: Uint8Array;
  /** Ed25519 public key of the one external sender. */
  readonly externalSender: Uint8Array;
}

export type ProposalRequest =
  | { readonly kind: 'add'; readonly keyPackage: Uint8Array }
  | { readonly kind: 'remove'; readonly identity: string }
  | { readonly kind: 'update' };

/** One device of any make: all of them speak suite 0x0001 and name themselves as core-crypto demands. */
export interface Party {
  readonly make: Make;
  readonly identity: string;
  /** Kinds of proposals that this make can send. */
  readonly proposes: readonly ProposalRequest['kind'][];
  /** True where this make can send its handshakes as PrivateMessages. */
  readonly canHide: boolean;
  /** True where one commit can hold changes of several kinds. */
  readonly canMix: boolean;
  /** MLSMessage(KeyPackage), fresh. */
  keyPackage(): Promise<Uint8Array>;
  create(founding: Founding): Promise<void>;
  join(welcome: Uint8Array): Promise<void>;
  /**
   * Makes a commit of the change and of the received proposals, hands it to `send` and enters the new epoch if that says
   * that the Delivery Service took it.
   */
  commit(change: Change, send: (sent: SentCommit) => boolean, hidden?: boolean): Promise<void>;
  /** Whether this make can enter a group by an external commit: only a group that it is in already, or any. */
  readonly enters: 'never' | 'its own' | 'any';
  /** MLSMessage(GroupInfo) with the ratchet tree and external_pub, where the make gives it. */
  groupInfo?(): Promise<Uint8Array>;
  /** Enters by an external commit (RFC 9420 section 12.4.3.2), which replaces its old leaf where it has one. */
  enter(groupInfo: Uint8Array, send: (sent: SentCommit) => boolean): Promise<void>;
  /** MLSMessage(PublicMessage, or PrivateMessage if `hidden`) of a proposal. */
  propose(request: ProposalRequest, hidden?: boolean): Promise<Uint8Array>;
  /** Takes a proposal or a commit of somebody else. */
  receive(handshake: Uint8Array): Promise<void>;
  encrypt(text: string, authenticatedData: string): Promise<Uint8Array>;
  decrypt(message: Uint8Array): Promise<Read>;
  /** False once a commit that removes this party was received. */
  isMember(): boolean;
  view(): Promise<View>;
  /** The place of a member in the tree, where the make shows it. */
  leafOf(identity: string): number | undefined;
}

export const suite = 0x0001;

/** `<user>:<device>@<domain>`: core-crypto takes no other identities. */
export const identityOf = (number: number): string =>
  `018f4c1e-0000-7000-8000-${number.toString(16).padStart(12, '0')}:${number.toString(16)}@peers.example`;
