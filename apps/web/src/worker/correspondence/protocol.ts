import type {
  AttachmentView,
  ConversationSummary,
  ConversationView,
  DraftFile,
  FindOptions,
  MessageHits,
  MessagePage,
  MessageView,
  NewConversation,
  PageRequest,
  PersonView,
  TransferProgress,
  UnsentDraft,
  VersionView,
  WaitingView,
} from '#client';
import type { Label } from '#policy';

/** Why somebody cannot come into a conversation. */
export type Obstacle = 'revoked' | 'clearance' | 'device' | 'changed';

/** Somebody who could come into a conversation, or why not. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** Title and post. */
  readonly standing: string;
  readonly obstacle: Obstacle | undefined;
}

/** A member of a conversation, with what makes others careful. */
export interface MemberCard {
  readonly id: string;
  readonly name: string;
  readonly postId: string;
  /** Title and post. */
  readonly standing: string;
  /** IANA name of the post's zone, as far as it is known. */
  readonly zone: string | undefined;
  readonly own: boolean;
  readonly revoked: boolean;
  readonly verification: PersonView['verification'];
}

export interface ConversationDetail extends ConversationView {
  readonly people: readonly MemberCard[];
}

/** A label that somebody can choose. */
interface LabelChoice {
  readonly id: string;
  readonly marking: string;
}

/** What a label is made of here: levels, lowest first, and values by category. */
export interface LabelChoices {
  readonly policy: string;
  readonly levels: readonly LabelChoice[];
  readonly categories: readonly {
    readonly tag: string;
    readonly name: string;
    readonly values: readonly LabelChoice[];
  }[];
}

/** Whom a message of a label reaches. */
export interface Reach {
  readonly marking: string;
  readonly people: number;
  readonly posts: number;
  /** Names of members who are not cleared for it. */
  readonly uncleared: readonly string[];
}

/** How far the other members have come, by their newest receipts. */
export interface Standing {
  readonly personId: string;
  readonly delivered: number;
  readonly read: number;
}

/** Where a received file stands. */
export interface FilePlace {
  readonly conversationId: string;
  readonly messageId: string;
  readonly file: AttachmentView;
}

/** A file that the person puts into a conversation. */
export interface TakenFile {
  readonly conversationId: string;
  /** Names it while it is being sealed: in what is told of it, and to stop it. */
  readonly id: string;
  readonly name: string;
}

/** Most that a message carries. */
export interface FileLimits {
  readonly files: number;
  /** Of one file. */
  readonly bytes: number;
}

/** Correspondence: who is there, what was said, saying something. */
export interface Correspondence {
  /** The first so many, in the order in which they need this person. */
  summaries(limit: number): Promise<readonly ConversationSummary[]>;
  /** Troubles: NOT_FOUND. */
  conversation(id: string): Promise<ConversationDetail>;
  /** Everybody but oneself, for a conversation of a label. */
  candidates(label: Label): Promise<readonly Candidate[]>;
  /** Labels that this person may write under; with a conversation, those that its label covers. */
  labelChoices(conversationId?: string): Promise<LabelChoices>;
  createConversation(options: NewConversation): Promise<ConversationView>;
  addPeople(conversationId: string, personIds: readonly string[]): Promise<void>;
  removePeople(conversationId: string, personIds: readonly string[]): Promise<void>;
  rename(conversationId: string, name: string): Promise<void>;
  leave(conversationId: string): Promise<void>;
  /** Earlier messages for people who joined later. */
  handHistory(conversationId: string, personIds: readonly string[]): Promise<void>;
  /** Sends though the others were not heard of for long. */
  acceptStale(conversationId: string): Promise<void>;

  messages(conversationId: string, page: PageRequest): Promise<MessagePage>;
  thread(conversationId: string, messageId: string): Promise<readonly MessageView[]>;
  versions(conversationId: string, messageId: string): Promise<readonly VersionView[]>;
  /** Place of the first message from a time (RFC 3339) on. */
  placeAt(conversationId: string, time: string): Promise<number | undefined>;
  markRead(conversationId: string, upTo: number): Promise<void>;
  standings(conversationId: string): Promise<readonly Standing[]>;
  find(query: string, options: FindOptions): Promise<MessageHits>;

  reach(conversationId: string, label: Label | undefined): Promise<Reach>;
  draft(conversationId: string): Promise<UnsentDraft | undefined>;
  keepDraft(conversationId: string, draft: UnsentDraft): Promise<void>;
  /** Forgets what was begun; files that were put in go with it. */
  dropDraft(conversationId: string): Promise<void>;
  fileLimits(): Promise<FileLimits>;
  /**
   * Seals a file of the person's into the browser, and tells by `transfer` how far it is; undefined when it was stopped. Troubles: DISK_FULL,
   * FILE_UNREADABLE.
   */
  takeFile(file: Blob, as: TakenFile): Promise<DraftFile | undefined>;
  /** Adds a file to what was begun, where nobody shows it any more. */
  addToDraft(conversationId: string, file: DraftFile): Promise<void>;
  forgetFile(reference: string): Promise<void>;
  /** A picture that waits in a draft, small. Troubles: FILE_UNREADABLE. */
  draftPicture(reference: string): Promise<ImageBitmap>;
  /** Ends the sealing or the fetching of a file; what was fetched stays for the next time. */
  stopTransfer(id: string): Promise<void>;
  /** Sends what was written, and forgets its draft. What has to wait waits in the outbox. */
  send(conversationId: string, draft: UnsentDraft): Promise<void>;
  edit(conversationId: string, messageId: string, text: string, mentions: readonly string[]): Promise<void>;
  react(conversationId: string, messageId: string, sign: string, isWithdrawn: boolean): Promise<void>;
  acknowledge(conversationId: string, messageId: string): Promise<void>;

  waiting(): Promise<readonly WaitingView[]>;
  /** Troubles: CONFLICT when it may have reached the server. */
  cancel(id: string): Promise<void>;
  retry(id: string): Promise<void>;

  /** How much of a received file an interrupted transfer has left here. */
  begun(file: Pick<AttachmentView, 'id' | 'size' | 'name'>): Promise<TransferProgress | undefined>;
  /** A received file, opened; goes on where it was interrupted. Undefined when it was stopped. Troubles: ATTACHMENT_FORGED, ATTACHMENT_GONE, SERVER_UNREACHABLE. */
  file(place: FilePlace): Promise<Blob | undefined>;
  /** A received picture, drawn anew: nothing of the file itself reaches the page. Troubles: as `file`, FILE_UNREADABLE. */
  picture(place: FilePlace): Promise<ImageBitmap | undefined>;
  /** Writes a received file where the person wants it, piece by piece; returns whether it is there. */
  writeFile(place: FilePlace, target: FileSystemFileHandle): Promise<boolean>;
}
