import { CANARY, PLACES, SECRET_LABEL, fixedId, paper, secretPaper } from './canaryPapers.js';
import type { Stage } from './canaryPapers.js';

/** Readers whose wishes would bring them notices of whatever they could find. */
const CURIOUS = [21, 22, 23, 24];
const SOON = '2026-01-02';

const WATCH = 'mutation ($kind: WatchKind!, $id: ID!) { watch(kind: $kind, id: $id) { id } }';
const SAVE_SEARCH = 'mutation ($input: SavedSearchInput!) { saveSearch(input: $input) { id } }';
const COMMENT = 'mutation ($input: CommentInput!) { addComment(input: $input) { id } }';
const ASK = 'mutation ($input: AcknowledgementInput!) { askAcknowledgement(input: $input) { id } }';
const DATES = 'mutation ($input: DocumentDatesInput!) { setDocumentDates(input: $input) { reviewOn } }';
const HAND_OVER =
  'mutation ($ids: [ID!]!, $personId: ID!) { handOverDocuments(documentIds: $ids, personId: $personId) }';
const FAVOURITE = 'mutation ($id: ID!) { putFavourite(id: $id) }';

/** In both worlds, before anything is filed: readers watch what they may enter and keep searches that would find all. */
export async function readersWish(world: Stage): Promise<void> {
  for (const id of CURIOUS) {
    const reader = world.person(id);
    const [place] = id === 24 ? [PLACES.lobby] : [PLACES.open];
    await world.get(reader, WATCH, { kind: 'COLLECTION', id: place });
    for (const [index, query] of ['treaty', 'water', ''].entries()) {
      const input = {
        id: fixedId(id * 10 + 5000 + index),
        name: `Mine ${String(index)}`,
        search: { query },
        alerts: true,
      };
      await world.get(reader, SAVE_SEARCH, { input });
    }
  }
}

/** In the secret world: what people say, ask, plan and keep about the secret papers. */
export async function aroundSecrets(world: Stage): Promise<void> {
  const { secret = '', part = '', closed = '', early = '', treaty = '' } = world.documents;
  const readers = [21, 22, 23, 24, 25].map(fixedId);
  const say = (number: number, documentId: string, rest: object = {}) => {
    const input = { id: fixedId(number), documentId, text: `Is ${CANARY} true?`, mentions: readers, ...rest };
    return world.get(world.author, COMMENT, { input });
  };
  await say(301, secret);
  await say(302, secret, { answerTo: fixedId(301) });
  await say(303, part);
  await say(304, closed);
  await say(305, treaty, { label: SECRET_LABEL });
  for (const [index, documentId] of [secret, closed].entries()) {
    const input = { id: fixedId(310 + index), documentId, personIds: [...readers, fixedId(12)], note: CANARY };
    await world.get(world.author, ASK, { input: { ...input, dueAt: '2027-01-01T00:00:00.000Z' } });
  }
  await world.get(world.author, DATES, { input: { documentId: early, reviewOn: SOON, expiresOn: SOON } });
  await world.get(world.author, DATES, { input: { documentId: secret, reviewOn: SOON } });
  await world.get(world.author, HAND_OVER, { ids: [secret], personId: fixedId(12) });
  for (const id of [secret, closed]) await world.get(world.author, FAVOURITE, { id });
  await world.get(world.author, WATCH, { kind: 'COLLECTION', id: PLACES.closed });
  await world.get(world.author, WATCH, { kind: 'DOCUMENT', id: secret });
  const search = { query: CANARY, filter: { topics: [CANARY] } };
  await world.get(world.author, SAVE_SEARCH, { input: { id: fixedId(320), name: CANARY, search, alerts: true } });
  await world.get(world.author, '{ recent: document(id: "' + secret + '") { version { body } } }');
}

const text = (words: string, address?: string): object => ({
  type: 'paragraph',
  content: [{ type: 'text', text: words, ...(address && { marks: [{ type: 'link', attrs: { href: address } }] }) }],
});

/** A secret paper that links to one that everybody may read, and to another secret one. */
export function linkingPaper({ documents }: Stage): Record<string, unknown> {
  const [to, other] = [documents['treaty'] ?? '', documents['secret'] ?? ''];
  const content = [
    text(`See ${CANARY}`, `chancery:document/${to}`),
    text(`And ${CANARY}`, `chancery:document/${other}`),
  ];
  return secretPaper({ body: '', blocks: JSON.stringify({ type: 'doc', content }) });
}

/** One paragraph that others can cite. */
const CITED_BLOCK = 'cited-paragraph';

/** A secret paper whose one paragraph is cited. */
export function citedPaper(words: string): Record<string, unknown> {
  const content = [{ ...text(`${CANARY}. ${words}`), attrs: { id: CITED_BLOCK } }];
  return secretPaper({ body: '', blocks: JSON.stringify({ type: 'doc', content }) });
}

/** A paper that everybody may read and that cites that paragraph. */
export function pointingPaper({ documents }: Stage): Record<string, unknown> {
  const address = `chancery:document/${documents['cited'] ?? ''}`;
  const content = [text('As they say', address), text('They say', `${address}#${CITED_BLOCK}`)];
  return paper('What others say', '', { blocks: JSON.stringify({ type: 'doc', content }) });
}
