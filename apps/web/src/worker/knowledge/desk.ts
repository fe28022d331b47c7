import type { Client } from '#client';
import {
  AcknowledgeDocumentDocument,
  AddCommentDocument,
  AskAcknowledgementDocument,
  BacklinksDocument,
  ChangeSavedSearchDocument,
  CollectionsDocument,
  CommentReadersDocument,
  CommentsDocument,
  CompareVersionsDocument,
  CreateCollectionDocument,
  DeleteCommentDocument,
  DeleteSavedSearchDocument,
  DocumentVersionsDocument,
  DocumentsDocument,
  EditCommentDocument,
  GrantCollectionDocument,
  GrantsDocument,
  HandOverDocumentsDocument,
  LinksDocument,
  MarkNoticesSeenDocument,
  MoveCollectionDocument,
  MoveDocumentsDocument,
  PutFavouriteDocument,
  RemoveFavouriteDocument,
  RenameCollectionDocument,
  ResolveCommentDocument,
  SaveSearchDocument,
  SearchDocument,
  SetDocumentDatesDocument,
  SimilarDocumentsDocument,
  SuggestionsDocument,
  UnseenNoticesDocument,
  UnwatchDocument,
  WatchDocument,
  WatchesDocument,
  WithdrawGrantDocument,
} from '#contracts';
import type {
  AcknowledgementInput,
  CommentInput,
  CreateCollectionInput,
  DocumentDatesInput,
  GrantInput,
  RenameCollectionInput,
  SavedSearchInput,
  SearchInput,
  SearchQuery,
  WatchKind,
} from '#contracts';
import type { Block } from '#document';
import type { Label } from '#policy';

import { highest, labellingOf, labelOf, markedAs } from './labels.js';
import { readList } from './lists.js';
import { everything, pageOf } from './pages.js';
import { readPaper, standingOf } from './papers.js';
import type {
  Change,
  Collection,
  Comment,
  CommentPlace,
  Grant,
  Head,
  Knowledge,
  Labelling,
  Link,
  ListName,
  Lists,
  Marked,
  Page,
  Paper,
  SearchPage,
  Similar,
  Standing,
  Suggestion,
  Version,
} from './protocol.js';

const PAGE = 20;
const LARGE_PAGE = 100;
/** So many collections are listed. */
const COLLECTIONS = 1000;

export class KnowledgeDesk implements Knowledge {
  constructor(private readonly client: () => Client) {}

  async search(input: SearchInput): Promise<SearchPage> {
    const client = this.client();
    const { search } = await client.execute(SearchDocument, { input });
    return { ...search, marking: highest(search.hits.map(labelOfHit), await client.policy()) };
  }

  async suggestions(typed: string): Promise<readonly Suggestion[]> {
    return (await this.client().execute(SuggestionsDocument, { typed, first: 8 })).suggestions;
  }

  async saveSearch(input: SavedSearchInput): Promise<void> {
    await this.client().execute(SaveSearchDocument, { input });
  }

  async changeSavedSearch(id: string, alerts: boolean): Promise<void> {
    await this.client().execute(ChangeSavedSearchDocument, { id, name: null, alerts });
  }

  async deleteSavedSearch(id: string): Promise<void> {
    await this.client().execute(DeleteSavedSearchDocument, { id });
  }

  list<Name extends ListName>(name: Name, after: string | null): Promise<Page<Lists[Name]>> {
    return readList(this.client(), name, after);
  }

  async unseenNotices(): Promise<number> {
    return (await this.client().execute(UnseenNoticesDocument, {})).unseenNotices;
  }

  async markNoticesSeen(ids: readonly string[]): Promise<void> {
    await this.client().execute(MarkNoticesSeenDocument, { ids: [...ids] });
  }

  collections(): Promise<readonly Collection[]> {
    const client = this.client();
    return everything(
      async (after) => pageOf((await client.execute(CollectionsDocument, { first: LARGE_PAGE, after })).collections),
      COLLECTIONS,
    );
  }

  async watchedCollections(): Promise<readonly string[]> {
    const client = this.client();
    const watches = await everything(
      async (after) => pageOf((await client.execute(WatchesDocument, { first: LARGE_PAGE, after })).watches),
      COLLECTIONS,
    );
    return watches.flatMap(({ kind, targetId }) => (kind === 'COLLECTION' ? [targetId] : []));
  }

  async documents(collectionId: string, after: string | null): Promise<Page<Head>> {
    const asked = { collectionId, first: PAGE, after };
    return pageOf((await this.client().execute(DocumentsDocument, asked)).documents);
  }

  async createCollection(input: CreateCollectionInput): Promise<Collection> {
    const { createCollection } = await this.client().execute(CreateCollectionDocument, { input });
    return { ...createCollection, parent: null };
  }

  async renameCollection(input: RenameCollectionInput): Promise<void> {
    await this.client().execute(RenameCollectionDocument, { input });
  }

  async moveCollection(collectionId: string, parentId: string | null): Promise<void> {
    await this.client().execute(MoveCollectionDocument, { collectionId, parentId });
  }

  async grants(collectionId: string): Promise<readonly Grant[]> {
    return (await this.client().execute(GrantsDocument, { collectionId })).grants;
  }

  async grant(input: GrantInput): Promise<void> {
    await this.client().execute(GrantCollectionDocument, { input });
  }

  async withdrawGrant(id: string): Promise<void> {
    await this.client().execute(WithdrawGrantDocument, { id });
  }

  paper(id: string, version?: number): Promise<Paper> {
    return readPaper(this.client(), id, version);
  }

  standing(id: string, collectionId: string): Promise<Standing> {
    return standingOf(this.client(), id, collectionId);
  }

  async versions(id: string, after: string | null): Promise<Page<Version>> {
    const { document } = await this.client().execute(DocumentVersionsDocument, { id, first: PAGE, after });
    return document ? pageOf(document.versions) : { items: [], next: null };
  }

  async compare(documentId: string, from: number, to: number): Promise<readonly Change[]> {
    const { compareVersions } = await this.client().execute(CompareVersionsDocument, { documentId, from, to });
    return compareVersions.map((change) => ({
      ...change,
      before: blockOf(change.before),
      after: blockOf(change.after),
    }));
  }

  async links(documentId: string, after: string | null): Promise<Page<Link>> {
    return pageOf((await this.client().execute(LinksDocument, { documentId, first: PAGE, after })).links);
  }

  async backlinks(documentId: string, after: string | null): Promise<Page<Link>> {
    return pageOf((await this.client().execute(BacklinksDocument, { documentId, first: PAGE, after })).backlinks);
  }

  async similar(documentId: string): Promise<readonly Similar[]> {
    return (await this.client().execute(SimilarDocumentsDocument, { documentId, first: 5 })).similarDocuments;
  }

  async watch(kind: WatchKind, id: string, isWanted: boolean): Promise<void> {
    if (isWanted) await this.client().execute(WatchDocument, { kind, id });
    else await this.client().execute(UnwatchDocument, { kind, id });
  }

  async favourite(id: string, isWanted: boolean): Promise<void> {
    if (isWanted) await this.client().execute(PutFavouriteDocument, { id, before: null });
    else await this.client().execute(RemoveFavouriteDocument, { id });
  }

  async acknowledge(listId: string, version: number): Promise<void> {
    await this.client().execute(AcknowledgeDocumentDocument, { listId, version });
  }

  async askAcknowledgement(input: AcknowledgementInput): Promise<void> {
    await this.client().execute(AskAcknowledgementDocument, { input });
  }

  async setDates(input: DocumentDatesInput): Promise<void> {
    await this.client().execute(SetDocumentDatesDocument, { input });
  }

  async handOver(documentId: string, personId: string): Promise<void> {
    await this.client().execute(HandOverDocumentsDocument, { documentIds: [documentId], personId });
  }

  async movePaper(documentId: string, collectionId: string): Promise<void> {
    await this.client().execute(MoveDocumentsDocument, { documentIds: [documentId], collectionId });
  }

  async comments(documentId: string, after: string | null): Promise<Page<Comment>> {
    const asked = { documentId, first: LARGE_PAGE, after };
    return pageOf((await this.client().execute(CommentsDocument, asked)).comments);
  }

  async comment(input: CommentInput): Promise<void> {
    await this.client().execute(AddCommentDocument, { input });
  }

  async commentReaders(place: CommentPlace, typed: string): Promise<readonly string[]> {
    const { documentId, blockId = null, answerTo = null } = place;
    const asked = { documentId, blockId, answerTo, typed, first: null };
    return (await this.client().execute(CommentReadersDocument, asked)).commentReaders;
  }

  async editComment(id: string, text: string, mentions: readonly string[]): Promise<void> {
    await this.client().execute(EditCommentDocument, { id, text, mentions: [...mentions] });
  }

  async deleteComment(id: string): Promise<void> {
    await this.client().execute(DeleteCommentDocument, { id });
  }

  async resolveComment(id: string, isResolved: boolean): Promise<void> {
    await this.client().execute(ResolveCommentDocument, { id, isResolved });
  }

  labelling(): Promise<Labelling> {
    return labellingOf(this.client());
  }

  async cover(labels: readonly Label[]): Promise<Marked> {
    return markedAs(
      labels.map((label) => labelOf({ label })),
      await this.client().policy(),
    );
  }
}

/** A passage from a separately labelled part is of that part's label. */
const labelOfHit = ({ part, document }: SearchQuery['search']['hits'][number]): Label => labelOf(part ?? document);

const blockOf = (json: string | null): Block | null => (json === null ? null : (JSON.parse(json) as Block));
