import { ChanceryError } from '#client';
import type { Client } from '#client';
import {
  CollectionDocument,
  DocumentBlocksDocument,
  DocumentDatesDocument,
  DocumentOriginalDocument,
  DocumentOwnerDocument,
  FavouritesDocument,
  MyReadingDutiesDocument,
  WatchesDocument,
} from '#contracts';
import { parseDocument } from '#document';
import { portionMark } from '#policy';
import type { SecurityPolicy } from '#policy';

import { highest, labelOf } from './labels.js';
import { everything, pageOf } from './pages.js';
import type { Paper, Standing } from './protocol.js';

const PAGE = 100;
/** Of the shelf: nobody keeps more in mind. */
const SHELF = 1000;

export async function readPaper(client: Client, id: string, version?: number): Promise<Paper> {
  const { document } = await client.execute(DocumentBlocksDocument, { id, version: version ?? null });
  if (!document) throw new ChanceryError('NOT_FOUND', 'There is no such document.', { field: 'id' });
  const policy = await client.policy();
  const { parts, ...whole } = document;
  const marking = highest([document, ...parts].map(labelOf), policy);
  return { ...withBody(whole, policy), parts: parts.map((part) => withBody(part, policy)), marking };
}

/** What the server gives as a body is checked like anything that comes from outside. */
function withBody<Answer extends { readonly version: { readonly blocks: string } }>(
  answer: Answer,
  policy: SecurityPolicy,
) {
  const body = parseDocument(JSON.parse(answer.version.blocks));
  const marked = body.content.flatMap(({ attrs: { id, label } }) =>
    label ? [[id, portionMark(label, policy)] as const] : [],
  );
  return { ...answer, body, portions: Object.fromEntries(marked) };
}

export async function standingOf(client: Client, id: string, collectionId: string): Promise<Standing> {
  const [dated, owned, kept, watches, favourites, duties, { collection }] = await Promise.all([
    client.execute(DocumentDatesDocument, { id }),
    client.execute(DocumentOwnerDocument, { id }),
    client.execute(DocumentOriginalDocument, { id }),
    everything(async (after) => pageOf((await client.execute(WatchesDocument, { first: PAGE, after })).watches), SHELF),
    everything(
      async (after) => pageOf((await client.execute(FavouritesDocument, { first: PAGE, after })).favourites),
      SHELF,
    ),
    everything(
      async (after) =>
        pageOf((await client.execute(MyReadingDutiesDocument, { first: PAGE, after, openOnly: true })).myReadingDuties),
      SHELF,
    ),
    client.execute(CollectionDocument, { id: collectionId }),
  ]);
  if (!dated.document || !collection) throw new ChanceryError('NOT_FOUND', 'There is no such document.');
  return {
    dates: dated.document.dates,
    owner: owned.document?.owner ?? null,
    isWatched: watches.some(({ targetId }) => targetId === id),
    isFavourite: favourites.some((document) => document.id === id),
    duties: duties.filter(({ documentId }) => documentId === id),
    access: collection.access,
    collectionName: collection.name,
    original: kept.document?.version.original ?? null,
  };
}
