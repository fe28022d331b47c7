import { genericMinistry } from '#policy';

import { CANARY, CANARY_DATE, ORIGINAL_SHA256, PLACES, fixedId } from './canaryPapers.js';
import type { CanaryWorld } from './canaryWorld.js';
import type { Values } from './questions.js';
import { everythingIn } from './sameAnswers.js';

/** Ids of things that a reader may try, by their type in the schema. */
export type Things = Readonly<Record<string, string>>;

/** What stands in the worlds whatever is hidden there, and the id that stands in one of those papers. */
const VISIBLE = ['treaty', 'trade', 'brief', 'house', 'lowered', 'pointing', 'cited'] as const;
const BLOCKS = JSON.stringify({
  type: 'doc',
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'The river.' }] }],
});

const QUERIES = [
  'treaty river water commission',
  '',
  CANARY,
  'quirinalum',
  'quirin',
  `"treaty ${CANARY}"`,
  `river -${CANARY}`,
  `title:${CANARY}`,
  `person:${CANARY}`,
  'level:SECRET',
  'country:XK',
  'kind:cable',
  `date:${CANARY_DATE}`,
];

/** Texts that are tried where not all are. */
const FEW = 3;
/** Values by name, whatever their type; the first stands in every other question. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  query: QUERIES,
  prefix: ['riv', 'quir'],
  typed: [CANARY, '', 'author'],
  facets: ['kind', 'language', 'level', 'country', 'topic'],
  kind: ['report', 'cable'],
  kinds: ['report', 'cable'],
  language: ['en'],
  languages: ['en', 'eo'],
  level: ['UNCLASSIFIED', 'SECRET'],
  levels: ['UNCLASSIFIED', 'SECRET'],
  indexCeiling: ['SECRET'],
  policy: [genericMinistry.id],
  tag: ['COMPARTMENT'],
  values: ['INTEL'],
  countries: ['XK'],
  topics: ['Water', CANARY],
  dateFrom: [CANARY_DATE],
  dateTo: [CANARY_DATE],
  date: [CANARY_DATE],
  sha256: [ORIGINAL_SHA256],
  sourceId: ['telegram 7'],
  slot: ['red-lines'],
  blocks: [BLOCKS],
  mediaType: ['text/plain'],
  timeZone: ['UTC'],
  after: [],
};
/** The same for what is written; anything else is `text`. */
const SAID: Readonly<Record<string, readonly unknown[]>> = Object.fromEntries(
  [
    'kind',
    'language',
    'level',
    'policy',
    'tag',
    'values',
    'sha256',
    'sourceId',
    'slot',
    'blocks',
    'mediaType',
    'timeZone',
    'date',
    'after',
    'query',
  ].map((name) => [name, BY_NAME[name]?.slice(0, 1) ?? []]),
);

/**
 * What these make has an id that the client chose, 74 bits of it by chance. One that is taken can only be refused, so they
 * are asked with one that is not.
 */
const MAKES_ID = new Set(
  [
    'createCollection',
    'requestDowngrade',
    'saveDraft',
    'addComment',
    'askAcknowledgement',
    'saveSearch',
    'addSynonym',
  ].map((name) => `Mutation.${name}`),
);

/** How much is tried in the questions about a field. */
export type Care = 'thorough' | 'ids' | 'little';

/** What is put in the place of each value: in a query what could be found, in a mutation nothing that says a secret. */
export function questionValues(world: CanaryWorld, things: Things, careFor: (name: string) => Care) {
  return (name: string): Values => {
    const care = careFor(name);
    const ids = idsOf(world, things, name, care);
    const isQuery = name.startsWith('Query.');
    const texts = (field: string): readonly unknown[] => {
      if (!isQuery) return SAID[field] ?? ['text'];
      return (BY_NAME[field] ?? [CANARY]).slice(0, care === 'thorough' ? undefined : FEW);
    };
    const of: Values['of'] = (type, field) => {
      if (field === 'id' && MAKES_ID.has(name)) return [fixedId(800_000)];
      return isId(type, field) ? ids(field) : texts(field);
    };
    return { of, isWide: isQuery && care === 'thorough' };
  };
}

const isId = (type: string, name: string): boolean =>
  (type === 'ID' && BY_NAME[name] === undefined) || /collectionIds?$/i.test(name);

function idsOf(
  world: CanaryWorld,
  things: Things,
  operation: string,
  care: Care,
): (name: string) => readonly unknown[] {
  const visible = world.documents['treaty'] ?? '';
  if (care === 'little') return () => [visible];
  const papers = documents(world, things);
  return (name) => {
    if (/collectionIds?$|parentId$/i.test(name)) return [PLACES.open, things['Collection'] ?? PLACES.closed];
    if (/documentIds?$|^partOf$|^by$/i.test(name)) return [visible, ...papers];
    if (/personIds?$|mentions/i.test(name)) return [fixedId(11)];
    if (/postIds?$/i.test(name)) return [fixedId(2)];
    return [visible, ...papers, ...thingsFor(operation, name, things)];
  };
}

/** The things that the name of the operation, or of the argument, speaks of; of an id that says nothing, all. */
function thingsFor(operation: string, name: string, things: Things): string[] {
  const said = operation.toLowerCase() + (name === 'answerTo' ? 'comment' : name.toLowerCase());
  const meant = Object.entries(things).filter(([type]) => said.includes(type.toLowerCase()));
  if (meant.length > 0 || !/^ids?$|[a-z]Id$/.test(name) || name === 'blockId') return meant.map(([, id]) => id);
  return Object.values(things);
}

/** The hidden documents, or in a world without them ids that nothing has. */
function documents(world: CanaryWorld, things: Things): string[] {
  const names = ['secret', 'part', 'closed', 'uncovered', 'linking', 'cited'];
  return names.flatMap((name) => world.documents[name] ?? things[name] ?? []);
}

/** By type, the first thing of each that is, or speaks of, something that is hidden. */
export function hiddenIn(world: CanaryWorld, answers: readonly string[]): Things {
  const visible = new Set(VISIBLE.map((name) => world.documents[name]));
  const own = Object.entries(world.documents).filter(([, id]) => !visible.has(id));
  const hidden = [CANARY, PLACES.closed, ...own.map(([, id]) => id)];
  const things: Record<string, string> = { ...Object.fromEntries(own), ...world.hidden };
  const taken = new Set([...Object.values(world.documents), PLACES.open, PLACES.lobby]);
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const type = (value as { __typename?: string }).__typename ?? '';
    const id = (value as Record<string, unknown>)[`${type}_id`];
    const said = JSON.stringify(Object.values(value).filter((one) => typeof one === 'string'));
    if (typeof id === 'string' && !taken.has(id) && hidden.some((word) => said.includes(word))) things[type] ??= id;
    for (const one of Object.values(value)) look(one);
  };
  for (const answer of answers) look(JSON.parse(answer));
  return things;
}

/** Ids that nothing has, for each that something has. */
export function absent(things: Things): Things {
  return Object.fromEntries(Object.keys(things).map((name, index) => [name, fixedId(900_000 + index)]));
}

/** The secrets that were told to somebody who had not said them. */
export function secretsIn(told: string, said: unknown, things: Things): string[] {
  const [heard, known] = [everythingIn(told), JSON.stringify(said).toLowerCase()];
  const secrets = [CANARY, CANARY_DATE, ...Object.values(things), PLACES.closed, PLACES.below];
  return secrets.filter((word) => heard.includes(word) && !known.includes(word));
}
