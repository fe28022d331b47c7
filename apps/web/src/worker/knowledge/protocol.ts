import type {
  AcknowledgementInput,
  BacklinksQuery,
  CollectionsQuery,
  CommentInput,
  CommentsQuery,
  CompareVersionsQuery,
  CreateCollectionInput,
  DocumentBlocksQuery,
  DocumentDatesInput,
  DocumentDatesQuery,
  DocumentOriginalQuery,
  DocumentOwnerQuery,
  DocumentVersionsQuery,
  DocumentsDueQuery,
  DocumentsQuery,
  DraftsQuery,
  FavouritesQuery,
  GrantInput,
  GrantsQuery,
  MyNoticesQuery,
  MyReadingDutiesQuery,
  MyReviewsQuery,
  RecentDocumentsQuery,
  RenameCollectionInput,
  SavedSearchInput,
  SavedSearchesQuery,
  SearchInput,
  SearchQuery,
  SimilarDocumentsQuery,
  SuggestionsQuery,
  WatchKind,
  WatchesQuery,
} from '#contracts';
import type { Block, BlockDocument } from '#document';
import type { Label } from '#policy';

export interface SearchPage extends Readonly<SearchQuery['search']> {
  /** Of the highest label among the hits; empty without any. */
  readonly marking: string;
}
export type Hit = SearchQuery['search']['hits'][number];
export type Suggestion = SuggestionsQuery['suggestions'][number];
export type Collection = CollectionsQuery['collections']['edges'][number]['node'];
export type Grant = GrantsQuery['grants'][number];
export type Head = DocumentsQuery['documents']['edges'][number]['node'];
export type Version = NonNullable<DocumentVersionsQuery['document']>['versions']['edges'][number]['node'];
export type Comment = CommentsQuery['comments']['edges'][number]['node'];
export type CommentPlace = Pick<CommentInput, 'documentId' | 'blockId' | 'answerTo'>;
export type Link = BacklinksQuery['backlinks']['edges'][number]['node'];
export type Similar = SimilarDocumentsQuery['similarDocuments'][number];
type Original = NonNullable<NonNullable<DocumentOriginalQuery['document']>['version']['original']>;

type DocumentAnswer = NonNullable<DocumentBlocksQuery['document']>;
type PartAnswer = DocumentAnswer['parts'][number];

/** A body that was checked against the one schema of bodies. */
interface WithBody {
  readonly body: BlockDocument;
  /** What stands before the blocks that have a label of their own, by block. */
  readonly portions: Readonly<Record<string, string>>;
}

/** A paper as its reader may read it. */
export interface Paper extends Omit<DocumentAnswer, 'parts'>, WithBody {
  /** Separately labelled parts that may be read, by the fields of its kind. */
  readonly parts: readonly (PartAnswer & WithBody)[];
  /** Of everything that is shown of it. */
  readonly marking: string;
}

export type Review = MyReviewsQuery['myReviews']['edges'][number]['node'];

/** What surrounds a paper, for the one who reads it. */
export interface Standing {
  readonly dates: NonNullable<DocumentDatesQuery['document']>['dates'];
  readonly owner: NonNullable<DocumentOwnerQuery['document']>['owner'];
  readonly isWatched: boolean;
  readonly isFavourite: boolean;
  /** What the reader was asked to acknowledge, and has not. */
  readonly duties: readonly Duty[];
  /** In its collection. */
  readonly access: Collection['access'];
  readonly collectionName: string;
  /** The file that the newest version was made from. */
  readonly original: Original | null;
}
export type Duty = MyReadingDutiesQuery['myReadingDuties']['edges'][number]['node'];

/** Lists of what concerns the person, each in pages. */
export interface Lists {
  readonly notices: MyNoticesQuery['myNotices']['edges'][number]['node'];
  /** With the paper's title and marking. */
  readonly reviews: Review & { readonly paper: { readonly title: string; readonly marking: string } };
  readonly duties: Duty;
  readonly due: DocumentsDueQuery['documentsDue']['edges'][number]['node'];
  readonly watches: WatchesQuery['watches']['edges'][number]['node'];
  /** With how many papers each finds now; null where search does not answer. */
  readonly searches: SavedSearchesQuery['savedSearches']['edges'][number]['node'] & { readonly count: number | null };
  readonly recent: RecentDocumentsQuery['recentDocuments']['edges'][number]['node'];
  readonly favourites: FavouritesQuery['favourites']['edges'][number]['node'];
  readonly drafts: DraftsQuery['drafts']['edges'][number]['node'];
}
export type ListName = keyof Lists;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null at the end. */
  readonly next: string | null;
}

export type Change = Omit<CompareVersionsQuery['compareVersions'][number], 'before' | 'after'> & {
  readonly before: Block | null;
  readonly after: Block | null;
};

/** What a label can be made of: what the person is cleared for. */
export interface Labelling {
  readonly policy: string;
  readonly levels: readonly { readonly id: string; readonly marking: string }[];
  readonly categories: readonly {
    readonly tag: string;
    readonly name: string;
    readonly values: readonly { readonly id: string; readonly marking: string }[];
  }[];
}

/** A label as the API takes it. */
export interface PlainLabel {
  policy: string;
  level: string;
  categories: { tag: string; values: string[] }[];
}

export interface Marked {
  readonly label: PlainLabel;
  readonly marking: string;
  /** What stands before a paragraph, for instance "(S)". */
  readonly portion: string;
}

/** The ministry's papers: found, read, talked about. */
export interface Knowledge {
  /** Troubles: BAD_INPUT, BAD_CURSOR, SEARCH_UNAVAILABLE. */
  search(input: SearchInput): Promise<SearchPage>;
  suggestions(typed: string): Promise<readonly Suggestion[]>;
  saveSearch(input: SavedSearchInput): Promise<void>;
  changeSavedSearch(id: string, alerts: boolean): Promise<void>;
  deleteSavedSearch(id: string): Promise<void>;

  list<Name extends ListName>(name: Name, after: string | null): Promise<Page<Lists[Name]>>;
  unseenNotices(): Promise<number>;
  markNoticesSeen(ids: readonly string[]): Promise<void>;

  collections(): Promise<readonly Collection[]>;
  watchedCollections(): Promise<readonly string[]>;
  documents(collectionId: string, after: string | null): Promise<Page<Head>>;
  createCollection(input: CreateCollectionInput): Promise<Collection>;
  /** Troubles: FORBIDDEN for whoever does not manage it. */
  renameCollection(input: RenameCollectionInput): Promise<void>;
  /** Null: into none. Troubles: FORBIDDEN for whoever does not manage it, what it lies in and where it shall lie. */
  moveCollection(id: string, parentId: string | null): Promise<void>;
  /** Troubles: FORBIDDEN for whoever does not manage it. */
  grants(collectionId: string): Promise<readonly Grant[]>;
  grant(input: GrantInput): Promise<void>;
  withdrawGrant(id: string): Promise<void>;

  /** Troubles: NOT_FOUND, the same for what is not there and what may not be read. */
  paper(id: string, version?: number): Promise<Paper>;
  standing(id: string, collectionId: string): Promise<Standing>;
  versions(id: string, after: string | null): Promise<Page<Version>>;
  compare(id: string, from: number, to: number): Promise<readonly Change[]>;
  links(id: string, after: string | null): Promise<Page<Link>>;
  backlinks(id: string, after: string | null): Promise<Page<Link>>;
  similar(id: string): Promise<readonly Similar[]>;

  watch(kind: WatchKind, id: string, isWanted: boolean): Promise<void>;
  favourite(id: string, isWanted: boolean): Promise<void>;
  acknowledge(listId: string, version: number): Promise<void>;
  askAcknowledgement(input: AcknowledgementInput): Promise<void>;
  setDates(input: DocumentDatesInput): Promise<void>;
  handOver(documentId: string, personId: string): Promise<void>;
  /** Troubles: CONFLICT for a paper in review, and where one of its name lies there; FORBIDDEN for who may not write in both. */
  movePaper(documentId: string, collectionId: string): Promise<void>;

  comments(documentId: string, after: string | null): Promise<Page<Comment>>;
  comment(input: CommentInput): Promise<void>;
  /** Ids of a few who may read what one is about to say there, by the beginnings of their names. */
  commentReaders(place: CommentPlace, typed: string): Promise<readonly string[]>;
  editComment(id: string, text: string, mentions: readonly string[]): Promise<void>;
  deleteComment(id: string): Promise<void>;
  resolveComment(id: string, isResolved: boolean): Promise<void>;

  labelling(): Promise<Labelling>;
  /** The least label that covers all of these. */
  cover(labels: readonly Label[]): Promise<Marked>;
}
