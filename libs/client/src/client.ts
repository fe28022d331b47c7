import type { TypedDocumentString } from '#contracts';
import type { SecurityPolicy } from '#policy';
import type { RevocationReason } from '#transparency';

import { Administration } from './administration/administration.js';
import { Attachments } from './attachments/attachments.js';
import { clearLeftovers } from './attachments/leftovers.js';
import { Audience } from './audience.js';
import { AuditDesk } from './audit/auditDesk.js';
import { AuditMemory, lossOf } from './audit/auditMemory.js';
import { Conversations } from './conversation/conversations.js';
import { Drafts } from './conversation/drafts.js';
import { Groups } from './conversation/groups.js';
import { placeAt, readThread, versionsOf } from './conversation/reading.js';
import { sendReceipts } from './conversation/receipts.js';
import { summaries } from './conversation/summaries.js';
import { Waiting } from './conversation/waiting.js';
import type { Core } from './core.js';
import { fetchPosts, knownPosts, peopleOf } from './directory/people.js';
import { Devices } from './devices/devices.js';
import { Parcels } from './devices/parcels.js';
import { revokeDevice } from './devices/revocation.js';
import { Recovery } from './recovery/recovery.js';
import { cosign } from './directory/cosigning.js';
import { PolicyKeeper } from './directory/policyKeeper.js';
import { DirectorySync } from './directory/sync.js';
import { TransparencyLog } from './directory/transparencyLog.js';
import { activate, noticingRevocation } from './enrolment/activate.js';
import { EnrolmentOffice } from './enrolment/officer.js';
import { RootKey } from './enrolment/rootKey.js';
import type { ClaimView, Completed, InviteOptions, Invited } from './enrolment/types.js';
import { hasCode } from './errors.js';
import { History } from './history/history.js';
import { Kept } from './kept/kept.js';
import { keepStock } from './keyPackages.js';
import { Mutex } from './mutex.js';
import { Originals } from './originals/originals.js';
import type { Files } from './ports/files.js';
import type { Store } from './ports/store.js';
import type { Timer } from './ports/timer.js';
import type { Transport } from './ports/transport.js';
import { loadProfile, loadSecret } from './profile.js';
import { signReport } from './reports/signedReport.js';
import { CampaignOffice } from './rotation/campaignOffice.js';
import { IdentityRotation } from './rotation/identityRotation.js';
import { migrate } from './schema.js';
import { MessageSearch } from './search/messageSearch.js';
import { Session } from './session.js';
import type {
  CaughtUp,
  ClientEvent,
  ConversationSummary,
  ConversationView,
  Identity,
  MessagePage,
  MessageView,
  NewConversation,
  NewMessage,
  PageRequest,
  PersonView,
  PostView,
  Problem,
  ReceiptView,
  VersionView,
} from './types.js';
import type { Passkeys } from './vault/passkeys.js';
import { Verifications } from './verification/verifications.js';
import { watch } from './watch.js';

/** Steps of indexing at each catch-up. */
const INDEX_STEPS = 10;

/** What a client stands on; the platform brings it. */
export interface ClientPorts {
  /** Holds a vault that `foundMinistry` or `enrolDevice` has filled. The client closes it. */
  readonly store: Store;
  /** Of the vault that the store is in. */
  readonly passkeys: Passkeys;
  /** The client closes it. */
  readonly transport: Transport;
  readonly files: Files;
  readonly timer: Timer;
  /** Runs when the client has closed, for instance to let others at the vault. */
  readonly onClose?: () => Promise<void>;
}

/**
 * The end-to-end engine of one device; `foundMinistry`, `enrolDevice` and `openClient` of `#client/node` make one.
 * Everything that is written here is durable when its promise resolves. Errors are ChanceryErrors.
 */
export class Client {
  /** Files that travel with messages. */
  readonly attachments: Attachments;
  /** What was begun and not sent. */
  readonly drafts: Drafts;
  /** What was sent and not taken. */
  readonly outbox: Waiting;
  /** In the messages of this device. */
  readonly search: MessageSearch;
  /** Sealed history, for the other devices of the same person. */
  readonly history: History;
  /** The files that documents were made from. */
  readonly originals: Originals;
  /** What the person has begun to write, and not finished. */
  readonly kept: Kept;
  /** The server's audit trail, for auditors and security officers. */
  readonly audit: AuditDesk;
  /** What officers decide: roles, appointments, revocations, approvals. */
  readonly administration: Administration;
  /** Rotations of keys that officers ask for. */
  readonly campaigns: CampaignOffice;
  /** The person's own devices. */
  readonly devices: Devices;
  /** What opens the vault beside its passphrase. */
  readonly passkeys: Passkeys;
  /** The person's identity key, which all of their devices hold. */
  readonly identity: IdentityRotation;
  /** The ministry's root key, with its founder until it is kept elsewhere. */
  readonly rootKey: RootKey;
  /** Safety numbers between people. */
  readonly verifications: Verifications;
  /** The way back when none of them is left. */
  readonly recovery: Recovery;
  /** The transparency log: what this device has verified, alarms, the server's keys. */
  readonly log: TransparencyLog;
  private readonly office: EnrolmentOffice;
  private readonly catchingUp = new Mutex();
  private closed = false;

  private constructor(
    private readonly core: Core,
    private readonly conversationEngine: Conversations,
    private readonly ports: ClientPorts,
    private readonly audience: Audience,
  ) {
    this.attachments = new Attachments(core, ports.files, ({ id: draftId, groupId, message }, attachments) =>
      conversationEngine.send(groupId, message, { attachments, draftId }),
    );
    this.drafts = new Drafts(core);
    this.outbox = new Waiting(core, this.attachments, (id) => conversationEngine.flush(id));
    this.search = new MessageSearch(core);
    this.history = new History(core);
    this.originals = new Originals(core);
    this.kept = new Kept(core);
    this.audit = new AuditDesk(core);
    this.administration = new Administration(core, () => conversationEngine.tendAll());
    this.campaigns = new CampaignOffice(core, () => conversationEngine.tendAll());
    this.devices = new Devices(core);
    this.passkeys = ports.passkeys;
    this.recovery = new Recovery(core);
    this.identity = new IdentityRotation(core, new Parcels(core), this.recovery);
    this.rootKey = new RootKey(core);
    this.verifications = new Verifications(core);
    this.log = new TransparencyLog(core);
    this.office = new EnrolmentOffice(core);
  }

  /** Opens the client of a filled vault; asks the server nothing. @throws ChanceryError VAULT_DAMAGED */
  static async open(ports: ClientPorts): Promise<Client> {
    const { store, transport, timer } = ports;
    await migrate(store);
    await clearLeftovers(store, ports.files);
    const profile = await loadProfile(store);
    const deviceKey = await loadSecret(store, 'deviceKey');
    const audience = new Audience();
    const auditMemory = new AuditMemory(store, profile.deviceId, (lost) => {
      core.emit({ type: 'problem', conversationId: undefined, problem: lossOf(lost) });
    });
    const tell = (problem: Problem): void => {
      core.emit({ type: 'problem', conversationId: undefined, problem });
    };
    const policies = await PolicyKeeper.load(store, profile.policy, tell);
    const core: Core = {
      store,
      timer,
      profile,
      deviceKey,
      session: new Session(transport, profile.deviceId, deviceKey, timer, auditMemory),
      auditMemory,
      directory: await DirectorySync.load(store, profile.rootFingerprint, timer, tell, policies),
      groups: new Groups(store, deviceKey),
      get policy() {
        return policies.current;
      },
      emit: (event) => {
        audience.tell(event);
      },
      isWatched: () => audience.isWatching,
      onDelay: () => undefined,
    };
    return new Client(core, new Conversations(core), ports, audience);
  }

  /** What this device is; reads the vault only. */
  whoami(): Promise<Identity> {
    const { server, ministryName, rootFingerprint, personId, personName, postId, deviceId, deviceName, state } =
      this.core.profile;
    const clearance = this.core.directory.current.clearanceOf(personId, this.core.timer.now());
    const identity = {
      personId,
      personName,
      postId,
      deviceId,
      deviceName,
      ministryName,
      server,
      rootFingerprint,
      state,
      clearance,
    };
    return Promise.resolve(identity);
  }

  /** The verified directory, from the vault; `catchUp` brings it up to date. */
  people(): Promise<readonly PersonView[]> {
    return peopleOf(this.core);
  }

  /** The security policy in force, by its hash in the directory. @throws ChanceryError POLICY_WITHHELD, SERVER_UNREACHABLE … */
  async policy(): Promise<SecurityPolicy> {
    await this.core.directory.ensureFresh(this.core.session);
    return this.core.policy;
  }

  /** The security policy as this vault last saw it; asks the server nothing. */
  knownPolicy(): SecurityPolicy {
    return this.core.policy;
  }

  /** Messages that wait in the outbox; reads the vault only. */
  waiting(): Promise<number> {
    return this.conversationEngine.countWaiting();
  }

  /** The posts as the server last listed them here. */
  knownPosts(): Promise<readonly PostView[]> {
    return knownPosts(this.core.store);
  }

  /** The posts, from the server. */
  posts(): Promise<readonly PostView[]> {
    return fetchPosts(this.core);
  }

  conversations(): Promise<readonly ConversationView[]> {
    return this.conversationEngine.list();
  }

  /** The first so many in the order in which they need this person, for a list: see `summaries`. */
  conversationSummaries(limit: number): Promise<readonly ConversationSummary[]> {
    return this.core.store.read((sql) => summaries(this.core, sql, limit));
  }

  /** @throws ChanceryError NOT_FOUND */
  conversation(id: string): Promise<ConversationView> {
    return this.conversationEngine.one(id);
  }

  /** One page of a conversation, from the vault. */
  messages(conversationId: string, page: PageRequest = {}): Promise<MessagePage> {
    return this.conversationEngine.messages(conversationId, page);
  }

  /** Place of the first message that the server took at a time (RFC 3339) or later; undefined where there is none. */
  placeAt(conversationId: string, time: string): Promise<number | undefined> {
    return placeAt(this.core, conversationId, time);
  }

  /** What began the thread that a message stands in, and all that answers it; at most 500. */
  thread(conversationId: string, messageId: string): Promise<readonly MessageView[]> {
    return readThread(this.core, conversationId, messageId);
  }

  /** Every wording of a message, oldest first. */
  versions(conversationId: string, messageId: string): Promise<readonly VersionView[]> {
    return versionsOf(this.core, conversationId, messageId);
  }

  /** Makes a one-time enrolment link (needs the power to enrol). */
  invite(options: InviteOptions): Promise<Invited> {
    return this.office.invite(options);
  }

  listClaims(): Promise<readonly ClaimView[]> {
    return this.office.listClaims();
  }

  /**
   * Signs `enrol`, `clear` and `assign` for genuine claims: the given ones, or all.
   * @throws ChanceryError CLAIM_FORGED, FORBIDDEN, NOT_FOUND for a given one that can't be completed here
   */
  completeEnrolments(invitationIds?: readonly string[]): Promise<readonly Completed[]> {
    return this.office.complete(invitationIds);
  }

  /** One's own device, or anybody's with the power to revoke. It leaves this device's conversations at once. */
  async revokeDevice(deviceId: string, reason: RevocationReason = 'WITHDRAWN'): Promise<void> {
    const { profile, directory, session } = this.core;
    await revokeDevice(this.core, deviceId, reason);
    if (deviceId === profile.deviceId) return;
    await directory.catchUp(session);
    await this.conversationEngine.tendAll();
  }

  /** Makes a conversation with all devices of these people. @throws ChanceryError CLEARANCE_TOO_LOW, NO_KEY_PACKAGE … */
  createConversation(options: NewConversation): Promise<ConversationView> {
    return this.conversationEngine.create(options);
  }

  addPeople(conversationId: string, personIds: readonly string[]): Promise<ConversationView> {
    return this.conversationEngine.addPeople(conversationId, personIds);
  }

  removePeople(conversationId: string, personIds: readonly string[]): Promise<ConversationView> {
    return this.conversationEngine.removePeople(conversationId, personIds);
  }

  /**
   * Moves a conversation to another cipher suite that is not weaker: a new group with the same members, in which it goes on with everything that
   * was said. Those who are away follow when they come.
   * @param suite - a name of SUITES of `#contracts`
   * @throws ChanceryError BAD_INPUT, NO_KEY_PACKAGE where a device of a member cannot follow …
   */
  moveConversation(conversationId: string, suite: string): Promise<ConversationView> {
    return this.conversationEngine.move(conversationId, suite);
  }

  /** Asks to be removed; the next member who is there carries it out. */
  leave(conversationId: string): Promise<void> {
    return this.conversationEngine.leave(conversationId);
  }

  /** The name is encrypted like a message. */
  rename(conversationId: string, name: string): Promise<MessageView> {
    return this.conversationEngine.rename(conversationId, name);
  }

  /**
   * Writes a message to the outbox and sends it where the server can be reached. Durable when this resolves; `state` tells whether
   * the server has taken it. @throws ChanceryError CONVERSATION_FROZEN, NOT_A_MEMBER, VAULT_ROLLED_BACK, LABEL_TOO_HIGH, TOO_LARGE …
   */
  send(conversationId: string, message: NewMessage): Promise<MessageView> {
    return this.conversationEngine.send(conversationId, message);
  }

  /** Changes the words of a message of one's own; every member sees that, and every wording. @throws ChanceryError FORBIDDEN, NOT_FOUND … */
  edit(
    conversationId: string,
    messageId: string,
    message: Pick<NewMessage, 'text' | 'mentions'>,
  ): Promise<MessageView> {
    return this.conversationEngine.edit(conversationId, messageId, message);
  }

  /** Gives a message a sign, or takes it back; the server sees a message like any other. @throws ChanceryError BAD_INPUT, NOT_FOUND … */
  react(conversationId: string, messageId: string, sign: string, isWithdrawn = false): Promise<MessageView> {
    const kind = isWithdrawn ? 'withdrawal' : 'reaction';
    return this.conversationEngine.respond(conversationId, messageId, kind, sign);
  }

  /** Tells the members that this person has taken note of a message, and acts on it. @throws ChanceryError NOT_FOUND … */
  acknowledge(conversationId: string, messageId: string): Promise<MessageView> {
    return this.conversationEngine.respond(conversationId, messageId, 'acknowledgement');
  }

  /**
   * Hands the newest earlier messages, 1000 by default, to members who joined later. Every member sees that it was done; the receivers see
   * whose word the messages are. @throws ChanceryError NOT_A_MEMBER, BAD_INPUT, NOT_FOUND where there is nothing
   */
  handHistory(conversationId: string, personIds: readonly string[], limit?: number): Promise<MessageView[]> {
    return this.conversationEngine.handHistory(conversationId, personIds, limit);
  }

  /**
   * Sends to a conversation whose other members were not heard of for longer than the policy allows: the person has made sure by another way, and
   * answers for one more period. It is noted in the conversation. @throws ChanceryError ORDER_WITHHELD, SERVER_UNREACHABLE
   */
  acceptStale(conversationId: string): Promise<void> {
    return this.conversationEngine.acceptStale(conversationId);
  }

  /** Everything up to a place, by default all that is here, was shown to the person. */
  async markRead(conversationId: string, upTo?: number): Promise<void> {
    await this.conversationEngine.markRead(conversationId, upTo);
    await this.unlessOffline(() => sendReceipts(this.core));
  }

  /** Verified receipts of the other members' devices, from the server. */
  receipts(conversationId: string): Promise<readonly ReceiptView[]> {
    return this.conversationEngine.receipts(conversationId);
  }

  /**
   * Brings directory, Welcomes, conversations, outbox, receipts and KeyPackages up to date once.
   * @throws ChanceryError UNAUTHENTICATED while the enrolment waits for an officer, DEVICE_REVOKED, SERVER_UNREACHABLE …; when
   * everything is up to date, the alarm about the log that stands (see `log`), or POLICY_WITHHELD
   */
  catchUp(): Promise<CaughtUp> {
    return this.catchingUp.run(() =>
      noticingRevocation(this.core, async () => {
        const before = this.core.directory.current.head;
        await this.activate();
        await this.core.directory.catchUp(this.core.session);
        const head = this.core.directory.current.head;
        if (head > before) {
          await fetchPosts(this.core);
          this.core.emit({ type: 'directory', head });
        }
        await this.verifications.tellOfChanges();
        await this.identity.tend();
        await cosign(this.core);
        await this.audit.sealIfDue();
        const done = await this.correspond();
        this.core.directory.requireSound();
        return { statements: head - before, ...done };
      }),
    );
  }

  /**
   * Hears what comes about while this program catches up by itself, until the returned function is called. Of many messages at once only
   * their conversation is told.
   */
  listen(onEvent: (event: ClientEvent) => void): () => void {
    return this.audience.seat(onEvent, 'listens');
  }

  /** Stays up to date by the server's hints until the returned function is called, and tells of every message. */
  async watch(onEvent: (event: ClientEvent) => void): Promise<() => Promise<void>> {
    const leave = this.audience.seat(onEvent, 'watches');
    try {
      await this.activate();
    } catch (error) {
      leave();
      throw error;
    }
    const stop = watch(
      this.core,
      this.ports.transport,
      this.conversationEngine,
      () => this.catchUp(),
      (isWanted) => this.attachments.resumeQuietly(isWanted),
    );
    return async () => {
      await stop();
      leave();
    };
  }

  /** Any operation of `#contracts` with this device's session: collections, import, search and the like. */
  execute<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    return this.core.session.execute(document, variables);
  }

  /** A report of a kind, signed by this device, with the whole log beside it: text for `verifyReport`. @throws as `log.export` */
  async signReport(kind: string, body: object): Promise<string> {
    return signReport(this.core, kind, body, await this.log.export());
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.ports.transport.close();
    await this.attachments.close();
    await this.catchingUp.run(() => this.core.store.close());
    await this.ports.onClose?.();
  }

  /** Everything that has to do with conversations; nothing for people who are not in correspondence, as some officers. */
  private async correspond(): Promise<Omit<CaughtUp, 'statements'>> {
    try {
      await keepStock(this.core);
    } catch (error) {
      if (!hasCode(error, 'FORBIDDEN')) throw error;
      return { conversationsJoined: 0, envelopes: 0, messages: 0, waiting: 0 };
    }
    const done = await this.conversationEngine.catchUp();
    await sendReceipts(this.core);
    await this.history.work();
    if ((await this.search.index(INDEX_STEPS)) > 0) this.core.onDelay();
    return done;
  }

  private async activate(): Promise<void> {
    this.core.profile = await activate(this.core, this.ports.transport);
  }

  /** What can wait until the server is there again. */
  private async unlessOffline(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!hasCode(error, 'SERVER_UNREACHABLE')) throw error;
    }
  }
}
