import { createHash } from 'node:crypto';

import { genericMinistry } from '#policy';
import type { CategoryValues } from '#policy';

import type { TestPerson } from './ministry.js';

/** Stands in no text that anybody may read who has no business with the secret papers. */
export const CANARY = 'quirinalium';
/** A day on which nothing else happened. */
export const CANARY_DATE = '1911-07-23';
const INTEL: readonly CategoryValues[] = [{ tag: 'COMPARTMENT', values: ['INTEL'] }];
export const ORIGINAL = Buffer.from(`%PDF-1.7 ${CANARY}`);
export const ORIGINAL_SHA256 = createHash('sha256').update(ORIGINAL).digest('hex');

/** The same ids in every world, smaller than any that is made by chance. */
export const fixedId = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Collections and posts that both worlds have, and those that only the secret one has. */
export const PLACES = { open: fixedId(101), lobby: fixedId(102), closed: fixedId(103), below: fixedId(104) } as const;
export const POSTS = { staff: fixedId(1), embassy: fixedId(2), annex: fixedId(3), alone: fixedId(4) } as const;
export interface Member {
  readonly name: string;
  readonly id: number;
  readonly post: keyof typeof POSTS;
  readonly level: string;
  readonly categories?: readonly CategoryValues[];
}

/** Each of them may not read the secret papers for another reason. */
export const READERS: readonly Member[] = [
  { name: 'without clearance', id: 21, post: 'annex', level: 'UNCLASSIFIED' },
  { name: 'with a lower level', id: 22, post: 'annex', level: 'RESTRICTED' },
  { name: 'without the category', id: 23, post: 'annex', level: 'TOP_SECRET' },
  { name: 'without a grant', id: 24, post: 'annex', level: 'TOP_SECRET', categories: INTEL },
  { name: 'of another post', id: 25, post: 'embassy', level: 'TOP_SECRET', categories: INTEL },
  { name: 'who was revoked', id: 26, post: 'alone', level: 'TOP_SECRET', categories: INTEL },
];
export const AUTHORS: readonly Member[] = [
  { name: 'Author', id: 11, post: 'staff', level: 'TOP_SECRET', categories: INTEL },
  { name: 'Second author', id: 12, post: 'staff', level: 'TOP_SECRET', categories: INTEL },
];
const labelOf = (level: string, categories: readonly CategoryValues[] = []) => ({
  policy: genericMinistry.id,
  level,
  categories,
});
export const SECRET_LABEL = labelOf('SECRET', INTEL);
export const OPEN_LABEL = labelOf('UNCLASSIFIED');

/** Uses the words of papers that everybody may read, so that whatever is counted over all papers would show. */
export const secretPaper = (rest: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'cable',
  language: 'eo',
  number: `${CANARY} 1`,
  title: `Treaty ${CANARY}`,
  body: `The river treaty hides ${CANARY}. Water, water and the commission.`,
  date: CANARY_DATE,
  dateText: `on ${CANARY} day`,
  from: `Embassy ${CANARY}`,
  to: CANARY,
  place: CANARY,
  topics: [CANARY, 'Water'],
  countries: ['XK'],
  handling: [CANARY],
  fields: [{ name: 'summary', value: CANARY }],
  persons: [{ name: CANARY, role: CANARY, description: CANARY }],
  footnotes: [{ mark: '1', text: CANARY }],
  changeNote: CANARY,
  label: SECRET_LABEL,
  ...rest,
});

export const paper = (title: string, body: string, rest: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'report',
  language: 'en',
  title,
  body,
  label: OPEN_LABEL,
  ...rest,
});

/** A world as those who act in it see it. */
export interface Stage {
  readonly author: TestPerson;
  /** Documents by what they are in the story. */
  readonly documents: Readonly<Record<string, string>>;
  person(id: number): TestPerson;
  /** Asks and gives the one field of the answer; throws when it is refused. */
  get<T>(person: TestPerson, query: string, variables?: Record<string, unknown>): Promise<T>;
}
