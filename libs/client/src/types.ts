import type { ErrorCode, PostKind, Precedence } from '#contracts';
import type { Clearance, Label } from '#policy';

import type { NOTICE_KINDS } from './conversation/noticeKinds.js';
import type { StopSignal } from './ports/transport.js';

/** What this device is and whom it speaks for. */
export interface Identity {
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly ministryName: string;
  /** Origin of the server, for instance `https://chancery.example`. */
  readonly server: string;
  /** SHA-256 of the ministry's root key, base64url, as it stood in the enrolment link. */
  readonly rootFingerprint: string;
  /** `waiting`: an officer has yet to complete the enrolment. */
  readonly state: 'waiting' | 'enrolled' | 'revoked';
  /** Undefined when the person holds none, or it has ended. */
  readonly clearance: Clearance | undefined;
}

/**
 * Whether this person has compared the safety number with another.
 * - `verified`: it was the same;
 * - `changed`: it was the same once; the identity key is another one since, and nothing is sent until that is settled.
 */
export type VerificationState = 'unverified' | 'verified' | 'changed';

/** A person as the verified statements of the directory say, not as the server says. */
export interface PersonView {
  readonly id: string;
  readonly name: string;
  /** What the person is called at the post, by a statement; undefined where nothing was said. */
  readonly title: string | undefined;
  readonly postId: string;
  /** Name of the post from the server's list; not covered by a statement. */
  readonly postName: string;
  readonly clearance: Clearance | undefined;
  /** By a statement; undefined where there is none: people of old ministries may have roles by the server's word. */
  readonly roles: readonly string[] | undefined;
  readonly verification: VerificationState;
  /** No longer trusted, with all devices. */
  readonly revoked: boolean;
  readonly devices: readonly DeviceView[];
}

export interface DeviceView {
  readonly id: string;
  readonly name: string;
  readonly personId: string;
  readonly revoked: boolean;
  readonly own: boolean;
}

export interface PostView {
  readonly id: string;
  readonly name: string;
  readonly kind: PostKind;
  readonly country: string | undefined;
  /** IANA name, for instance `Asia/Tashkent`. */
  readonly timeZone: string;
}

export interface NewPost {
  readonly id: string;
  readonly name: string;
  readonly kind: PostKind;
  readonly country?: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly parentId?: string;
}

export interface Member {
  readonly personId: string;
  readonly personName: string;
  readonly deviceIds: readonly string[];
}

/** What stands in the way of trusting or using a conversation, in a code and in words. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** With MESSAGE_GAP: so many messages did not arrive. */
  readonly missing?: number;
  /** With a notice: what it says, for those who say it in another language; one for each line. Notices of older versions have none. */
  readonly told?: readonly NoticeSubject[];
}

/** What a notice in a conversation says. */
export interface NoticeSubject {
  readonly what: (typeof NOTICE_KINDS)[number];
  readonly person?: string;
  readonly place?: number;
  readonly count?: number;
}

export interface ConversationView {
  /** Group id: 32 lower-case hexadecimal digits. */
  readonly id: string;
  /** Empty until somebody has named it. */
  readonly name: string;
  readonly label: Label;
  /** What people read, for instance `SECRET // NODIS`. */
  readonly marking: string;
  /** The MLS epoch: grows by one with each change of the membership. */
  readonly epoch: number;
  /** Name of the MLS cipher suite, see SUITES of `#contracts`. */
  readonly suite: string;
  readonly members: readonly Member[];
  /**
   * `frozen`: see `problem`; nothing is sent to it. `stuck`: a change of the membership can't be processed here; what is written waits until the
   * others have brought this device back, which they do by themselves.
   */
  readonly state: 'active' | 'leaving' | 'left' | 'frozen' | 'stuck';
  readonly problem: Problem | undefined;
  /** Place of the newest envelope that this device has processed. */
  readonly cursor: number;
  /** Place up to which everything was shown to this person. */
  readonly readUpTo: number;
  readonly unread: number;
}

/**
 * - `text`: words by a person;
 * - `rename`: `text` is the new name of the conversation;
 * - `membership`: who came and went, in words;
 * - `history`: a member handed earlier messages over, in words;
 * - `notice`: something is wrong with the conversation (a gap, a fork, an undecryptable message), see `problem`;
 * - `unknown`: made by a newer client; kept, and shown as such;
 * - `reaction`, `withdrawal`, `acknowledgement`: see `Response` of content.ts; they come by events, pages show them at the message that they are for.
 */
export type MessageKind =
  'text' | 'rename' | 'membership' | 'history' | 'notice' | 'unknown' | 'reaction' | 'withdrawal' | 'acknowledgement';

/**
 * What happened to the members of a conversation, for programs that have words of their own for it. People are named as the directory had them
 * then, an empty name is that of a device which it did not know; an actor that is null is the server.
 *
 * - `members`: who came and who went;
 * - `stuck`: a device of the person could not follow, and is brought back;
 * - `moved`: the conversation goes on under another cipher suite;
 * - `handedOver`: `count` earlier messages were given to members who came later.
 */
export type ConversationChange =
  | {
      readonly kind: 'members';
      readonly actor: string | null;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: 'stuck'; readonly person: string }
  | { readonly kind: 'moved'; readonly actor: string | null; readonly suite: string }
  | { readonly kind: 'handedOver'; readonly giver: string; readonly to: readonly string[]; readonly count: number };

/** As much of a message as is shown where it is answered. */
export interface QuoteView {
  readonly id: string;
  readonly seq: number;
  readonly senderName: string;
  /** The beginning of its newest wording. */
  readonly text: string;
}

export interface ReactionView {
  /** An emoji. */
  readonly sign: string;
  readonly people: readonly NamedPerson[];
  /** Whether this person is one of them. */
  readonly own: boolean;
}

export interface NamedPerson {
  readonly personId: string;
  readonly personName: string;
}

export interface AcknowledgementView extends NamedPerson {
  /** By the clock of whoever acknowledged. */
  readonly at: string;
}

/** One wording of a message that its author has changed. */
export interface VersionView {
  readonly text: string;
  /** By the author's clock. */
  readonly at: string;
  readonly state: MessageView['state'];
}

export interface MessageView {
  readonly conversationId: string;
  /** UUIDv7 that the sender chose; for membership and notices made here. */
  readonly id: string;
  /** Place in the conversation's order; undefined while it waits in the outbox. */
  readonly seq: number | undefined;
  readonly kind: MessageKind;
  /** Text as people read it, of a changed message the newest; for `unknown` the words "needs a newer client". */
  readonly text: string;
  readonly senderPersonId: string | undefined;
  readonly senderDeviceId: string | undefined;
  readonly senderName: string;
  readonly own: boolean;
  readonly label: Label;
  readonly marking: string;
  readonly precedence: Precedence;
  /** When the sender's clock says that it was written. */
  readonly sentAt: string;
  /** When the server took it; undefined while it waits in the outbox. */
  readonly acceptedAt: string | undefined;
  readonly state: 'waiting' | 'accepted' | 'refused';
  /**
   * Undefined for what this device has received and verified itself. `own`: it comes from the person's own sealed history, read by another of
   * their devices. Else a member has handed it over: that the named sender wrote it is that member's word.
   */
  readonly givenBy: { readonly personId: string; readonly personName: string; readonly own: boolean } | undefined;
  readonly inReplyTo: string | undefined;
  readonly replaces: string | undefined;
  readonly problem: Problem | undefined;
  /** With `membership` and `history`: what its words say; undefined for what was kept in words alone. */
  readonly change: ConversationChange | undefined;
  /** Files that came with it; `attachments.save` of the client fetches them. */
  readonly attachments: readonly AttachmentView[];
  /** What it answers; undefined where it answers nothing, or what is not here. */
  readonly quote: QuoteView | undefined;
  /** How many messages answer it. */
  readonly replies: number;
  /** In the order in which the signs were first given. */
  readonly reactions: readonly ReactionView[];
  readonly acknowledgements: readonly AcknowledgementView[];
  /** How often its author has changed it: `versions` of the client gives every wording. */
  readonly edits: number;
  /** Whom it calls by `@name`. */
  readonly mentions: readonly NamedPerson[];
}

export interface AttachmentView {
  readonly id: string;
  /** As the sender gave it: a name without folders, see `safeFileName`. */
  readonly name: string;
  /** Media type, as the sender gave it. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** How far a file has come on its way. */
export interface TransferProgress {
  readonly id: string;
  readonly name: string;
  /** Bytes of ciphertext, like `size`. */
  readonly done: number;
  readonly size: number;
}

export interface SaveOptions {
  /** Reference of the folder: an absolute path on Node. */
  readonly folder: string;
  /** Another name for the file, where it is only one. */
  readonly name?: string;
  /** Default: all files of the message. */
  readonly attachmentId?: string;
  /** Default: wherever there is a message of this id. */
  readonly conversationId?: string;
  /** When it is given, the save ends with `TransferPaused` and keeps what it has. */
  readonly stop?: StopSignal;
}

/** A save that was interrupted: with the same folder it goes on. */
export interface BegunSave extends Pick<TransferProgress, 'done' | 'size'> {
  readonly folder: string;
}

export interface MessagePage {
  /**
   * In the conversation's order, oldest first; the messages that wait in the outbox stand at the end of the newest page. What changes another
   * message, or responds to it, stands in that message.
   */
  readonly messages: readonly MessageView[];
  /** Pass as `before` to get the page before this one; undefined at the beginning. */
  readonly before: number | undefined;
  /** Pass as `after` to get the page after this one; undefined at the end. */
  readonly after: number | undefined;
}

export interface PageRequest {
  /** At most 500; default 50. */
  readonly limit?: number;
  /** Only messages that stand before this place; default: the newest. */
  readonly before?: number;
  /** Only messages that stand after this place, oldest first. Not together with `before`. */
  readonly after?: number;
}

export interface FindOptions {
  /** At most 100; default 20. */
  readonly limit?: number;
  /** `best` ranks the newest 500 that fit, on one page; default `newest`. */
  readonly order?: 'newest' | 'best';
  /** Where the page before ended. */
  readonly before?: string;
}

export interface MessageHit {
  readonly message: MessageView;
  readonly conversationName: string;
  /** One line; each match stands between U+E000 and U+E001. */
  readonly passage: string;
}

export interface MessageHits {
  readonly hits: readonly MessageHit[];
  /** Pass as `before` to get the next page; undefined at the end. */
  readonly before: string | undefined;
  /** Messages that are still to be indexed, and not found yet. */
  readonly waiting: number;
}

/** How far the sealed history of this person has come on this device. */
export interface HistoryState {
  /** Segments that this device has sealed. */
  readonly sealed: number;
  /** Of these, segments that the server does not have yet. */
  readonly toUpload: number;
  /** Messages that are still to be sealed. */
  readonly toSeal: number;
  /** Segments of the person's other devices that are still to be taken over. */
  readonly toRestore: number;
  /** Why a history was refused when it was last looked at. */
  readonly problem: Problem | undefined;
}

export interface NewConversation {
  readonly name: string;
  readonly label: Label;
  /** The people besides oneself. */
  readonly personIds: readonly string[];
}

export interface NewMessage {
  readonly text: string;
  /** Default: the conversation's label, which has to dominate it. */
  readonly label?: Label;
  /** Default: ROUTINE. */
  readonly precedence?: Precedence;
  readonly inReplyTo?: string;
  /** An earlier message of one's own that this one takes the place of. */
  readonly replaces?: string;
  /** Ids of people whom the text calls by `@name`. */
  readonly mentions?: readonly string[];
}

/** What a person has begun to write in a conversation, and not sent. */
export interface UnsentDraft extends Omit<NewMessage, 'text'> {
  readonly text: string;
  /** References of the platform's files. */
  readonly files?: readonly DraftFile[];
}

export interface DraftFile {
  readonly reference: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** What the list of conversations shows of one. */
export interface ConversationSummary {
  readonly id: string;
  readonly name: string;
  readonly label: Label;
  readonly marking: string;
  readonly state: ConversationView['state'];
  readonly unread: number;
  /** IMMEDIATE and FLASH messages of others that this person has not acknowledged. */
  readonly unacknowledged: number;
  /** The highest precedence among what is unread or not acknowledged. */
  readonly urgency: Precedence | undefined;
  /** Whether something unread calls this person by name. */
  readonly isMentioned: boolean;
  readonly last:
    { readonly senderName: string; readonly own: boolean; readonly text: string; readonly at: string } | undefined;
  /** What was begun and not sent. */
  readonly draft: string | undefined;
}

/** A message of one's own that the server has not taken. */
export interface WaitingView {
  readonly id: string;
  readonly conversationId: string;
  readonly conversationName: string;
  readonly kind: MessageKind;
  readonly text: string;
  readonly marking: string;
  /** When it was written. */
  readonly since: string;
  /** `files`: its files are on their way. */
  readonly state: 'waiting' | 'refused' | 'files';
  readonly problem: Problem | undefined;
  readonly files: readonly TransferProgress[];
  /** Whether it is certain that the server does not have it, so that it can be taken back. */
  readonly canCancel: boolean;
}

export interface ReceiptView {
  readonly personId: string;
  readonly personName: string;
  readonly deviceId: string;
  readonly kind: 'DELIVERED' | 'READ';
  readonly upTo: number;
  readonly at: string;
}

/** What one catch-up did. */
export interface CaughtUp {
  readonly statements: number;
  readonly conversationsJoined: number;
  readonly envelopes: number;
  /** Messages that were written by others and are new here. */
  readonly messages: number;
  /** Messages that still wait in the outbox. */
  readonly waiting: number;
}

export type ClientEvent =
  | { readonly type: 'message'; readonly message: MessageView }
  | { readonly type: 'conversation'; readonly conversationId: string }
  | { readonly type: 'directory'; readonly head: number }
  | { readonly type: 'approval'; readonly approvalId: string }
  /** This device holds a campaign back; `deadline` in RFC 3339, undefined where the directory does not say it yet. */
  | { readonly type: 'campaign'; readonly campaignId: string; readonly deadline: string | undefined }
  /** A file of an interrupted message goes on by itself. */
  | { readonly type: 'transfer'; readonly conversationId: string; readonly progress: TransferProgress }
  | { readonly type: 'connection'; readonly state: 'connected' | 'disconnected' }
  | { readonly type: 'problem'; readonly conversationId: string | undefined; readonly problem: Problem };

export interface FoundOptions {
  readonly foundingToken: string;
  readonly ministryName: string;
  /** The security policy, as `canonicalPolicy` writes it or any JSON text that `parsePolicy` reads. */
  readonly policy: string;
  readonly posts: readonly NewPost[];
  readonly officer: {
    readonly personName: string;
    readonly postId: string;
    readonly deviceName: string;
    readonly clearance: Clearance;
  };
}
