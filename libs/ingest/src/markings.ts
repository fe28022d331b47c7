/** Classification, precedence and handling words in the words of the source. */
export interface Markings {
  readonly classification?: string;
  readonly precedence?: string;
  readonly handling: readonly string[];
}

const CLASSIFICATIONS = [
  'Top Secret',
  'Secret',
  'Confidential',
  'Restricted',
  'Limited Official Use',
  'For Official Use Only',
  'Official Use Only',
  'Office Use Only',
  'Unclassified',
  'No classification marking',
  'No classification',
  'Not classified',
];

const PRECEDENCES = [
  'Flash Override',
  'Flash',
  'Critic',
  'Emergency',
  'Niact Immediate',
  'Operational Immediate',
  'Immediate',
  'Niact',
  'US Urgent',
  'U.S. Urgent',
  'Urgent',
  'Priority',
  'Routine',
  'Deferred',
];

const HANDLING = [
  'Nodis',
  'Exdis',
  'Limdis',
  'Stadis',
  'Noforn',
  'Literally Eyes Only',
  'Eyes Only',
  'Sensitive',
  'Strictly Personal',
  'Personal',
  'Private',
  'Codeword',
  'Contains Codeword',
  'Controlled Dissem',
  'Controlled Dissemination',
  'No Foreign Dissem',
  'No Foreign Dissemination',
  'No Dissem Abroad',
  'No Dissemination Abroad',
  'Background Use Only',
  'Limited Distribution',
  'Limit Distribution',
  'No Distribution',
  'No Distribution Outside Department',
  'Outside System',
  'Official-Informal',
  'Informal—Official Business',
  'Roger Channel',
];

const plain = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[.\s]+/gu, ' ')
    .trim();
const escaped = (words: string): string => words.replace(/[.]/gu, '\\.?').replace(/ /gu, '\\s+');
const either = (list: readonly string[]): string => list.map(escaped).join('|');
const named = (list: readonly string[]): ReadonlyMap<string, string> =>
  new Map(list.map((words) => [plain(words), words]));

const KNOWN_CLASSIFICATION = named(CLASSIFICATIONS);
const KNOWN_PRECEDENCE = named(PRECEDENCES.map((words) => words));
const KNOWN_HANDLING = named(HANDLING);

/** `Personal and Confidential`: a handling word in front of the classification. */
const PERSONAL = '(?:(Personal|Private|Strictly Personal)\\s+and\\s+)?';
const CLASS = `(${either(CLASSIFICATIONS)})`;

/**
 * The first sentence of a source note that begins with a classification. After a comma it has to be the whole sentence,
 * because archives have boxes that are called “Confidential File”; typesetters left out the space after a full stop.
 */
const SENTENCE = new RegExp(
  `(?:^|[.:—–\\]”"]\\s*)${PERSONAL}${CLASS}(?=\\s*(?:[;.,]|$)|\\s+(?:with|Drafted|Prepared|Sent|Signed|Repeated)\\b)([^.]*)\\.?|,\\s+${PERSONAL}${CLASS}(?=\\.)()\\.?`,
  'iu',
);
const NEXT_SENTENCE = /^\s*([^.]{1,60})\./u;

interface Found {
  classification?: string;
  precedence?: string;
  handling: string[];
}

function add(found: Found, words: string): void {
  const precedence = KNOWN_PRECEDENCE.get(plain(words));
  if (precedence !== undefined) found.precedence ??= words;
  else if (words !== '') found.handling.push(words);
}

function isKnownWord(words: string): boolean {
  const key = plain(words);
  return KNOWN_PRECEDENCE.has(key) || KNOWN_HANDLING.has(key) || /^for the (?:eyes of )?.*\bonly$/u.test(key);
}

const wordsOf = (list: string): string[] => list.split(/[;,]/u).map((words) => words.trim());

/** Sentences right after the classification that hold nothing but such words: “Secret. Controlled Dissem. A note on…”. */
function addSentences(found: Found, text: string): void {
  let rest = text;
  for (let next = NEXT_SENTENCE.exec(rest); next !== null; next = NEXT_SENTENCE.exec(rest)) {
    const words = wordsOf(next[1] ?? '');
    if (!words.every(isKnownWord)) return;
    for (const word of words) add(found, word);
    rest = rest.slice(next[0].length);
  }
}

function addSentence(found: Found, rest: string): void {
  const list = rest.trim();
  if (/^[;,]/u.test(list)) for (const words of wordsOf(list.slice(1))) add(found, words);
  else if (/^with\b/u.test(list)) add(found, list);
}

/** Where a note has no classification, a sentence of handling words only may still stand there. */
function withoutClassification(note: string): Markings {
  for (const sentence of note.split(/(?<=\.)\s+/u)) {
    const words = wordsOf(sentence.replace(/\.$/u, ''));
    if (!words.every(isKnownWord)) continue;
    const found: Found = { handling: [] };
    for (const word of words) add(found, word);
    return found;
  }
  return { handling: [] };
}

/** Reads the markings out of a source note: “Source: archive, box. Secret; Priority; Exdis. Drafted by …”. */
export function markingsOfNote(note: string): Markings {
  const match = SENTENCE.exec(note);
  if (match === null) return withoutClassification(note);
  const personal = match[1] ?? match[4];
  const classification = (match[2] ?? match[5] ?? '').replace(/\s+/gu, ' ');
  const found: Found = { classification, handling: personal === undefined ? [] : [personal] };
  addSentence(found, match[3] ?? '');
  addSentences(found, note.slice(match.index + match[0].length));
  return found;
}

const STAMP = new RegExp(
  `^(?:${PERSONAL}${CLASS})?\\s*[;,]?\\s*(${either(PRECEDENCES)})?\\s*[;,]?\\s*(${either(HANDLING)})?$`,
  'iu',
);

/** Reads a stamp as it stands over a paper, in any case: `secret us urgent`; undefined where it is not one. */
export function markingsOfStamp(stamp: string): Markings | undefined {
  const match = STAMP.exec(stamp.trim());
  if (match === null || match[0] === '') return undefined;
  const [, personal, classification, precedence, handling] = match;
  const words = [personal, handling].filter((word) => word !== undefined);
  return {
    handling: words.map((word) => KNOWN_HANDLING.get(plain(word)) ?? word),
    ...(classification === undefined
      ? {}
      : { classification: KNOWN_CLASSIFICATION.get(plain(classification)) ?? classification }),
    ...(precedence === undefined ? {} : { precedence: KNOWN_PRECEDENCE.get(plain(precedence)) ?? precedence }),
  };
}

/** The first statement of each; handling words of both. */
export function mergeMarkings(first: Markings, second: Markings): Markings {
  const handling = [...new Set([...first.handling, ...second.handling])];
  const classification = first.classification ?? second.classification;
  const precedence = first.precedence ?? second.precedence;
  return {
    handling,
    ...(classification === undefined ? {} : { classification }),
    ...(precedence === undefined ? {} : { precedence }),
  };
}

/** One of the four precedences of the ministry for a precedence in the words of a source. */
export function precedenceId(words: string): 'ROUTINE' | 'PRIORITY' | 'IMMEDIATE' | 'FLASH' {
  const key = plain(words);
  if (/flash|critic|emergency/u.test(key)) return 'FLASH';
  if (/immediate|niact|urgent/u.test(key)) return 'IMMEDIATE';
  return key.includes('priority') ? 'PRIORITY' : 'ROUTINE';
}
