/** What a person typed into the search box, taken apart. */
export interface ParsedQuery {
  /** The words outside of phrases, exclusions and fields, as typed. */
  readonly words: string;
  /** What stands between quotation marks; the whole wording is asked for. */
  readonly phrases: readonly string[];
  /** Words or phrases after a minus: papers with them are left out. */
  readonly excluded: readonly string[];
  readonly fields: readonly FieldQuery[];
}

export interface FieldQuery {
  readonly field: string;
  readonly value: string;
  readonly excluded: boolean;
}

/** Fields that can be asked for by name. A colon after any other word is only a colon. */
export const SEARCH_FIELDS: readonly string[] = [
  'kind',
  'language',
  'level',
  'country',
  'topic',
  'collection',
  'from',
  'to',
  'post',
  'person',
  'title',
  'number',
  'year',
  'date',
];

const QUOTED = String.raw`"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|「([^」]*)」`;
const PIECE = new RegExp(String.raw`(?<=^|\s)([-−])?(?:(\p{L}+):(?=\S))?(?:${QUOTED}|(\S+))`, 'gu');

type Piece = Readonly<{ minus: boolean; field: string | undefined; quoted: boolean; value: string; whole: string }>;

function pieceOf(match: RegExpMatchArray): Piece {
  const [whole = '', minus, field, ...values]: (string | undefined)[] = match;
  const plain = values[5];
  const value = (plain ?? values.slice(0, 5).find((one) => one !== undefined) ?? '').trim();
  return { whole, minus: minus !== undefined, field: field?.toLowerCase(), quoted: plain === undefined, value };
}

/**
 * Takes a query apart: words, "phrases" (quotation marks of any of the ministry's languages), -exclusions, field:value and
 * field:"two words". Nothing that people type is an error: what means nothing special stays a word.
 */
export function parseQuery(text: string, fields: readonly string[] = SEARCH_FIELDS): ParsedQuery {
  const words: string[] = [];
  const phrases: string[] = [];
  const excluded: string[] = [];
  const asked: FieldQuery[] = [];
  for (const match of text.matchAll(PIECE)) {
    const piece = pieceOf(match);
    if (!/[\p{L}\p{N}]/u.test(piece.value)) continue;
    if (piece.field !== undefined && fields.includes(piece.field)) {
      asked.push({ field: piece.field, value: piece.value, excluded: piece.minus });
    } else if (piece.minus) excluded.push(piece.field === undefined ? piece.value : `${piece.field}:${piece.value}`);
    else if (piece.quoted && piece.field === undefined) phrases.push(piece.value);
    else words.push(piece.whole);
  }
  return { words: words.join(' '), phrases, excluded, fields: asked };
}
