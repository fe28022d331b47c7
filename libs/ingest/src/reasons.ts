/**
 * Why something could not be read, or what one should know of what was read: a stable code with its values, and the English words
 * of a terminal. A page says each code in its reader's language; `detail` is English and stands in a terminal only.
 */
export const REASONS = {
  // of a paper that was read
  NO_TEXT: 'the file has no text',
  DOCUMENT_EMPTY: 'the document has no text',
  NO_HEADING: 'the document has no heading',
  NO_CLASSIFICATION: 'the source note names no classification',
  LEVEL_UNKNOWN: 'the policy has no level for “{classification}”',
  LABEL_UNKNOWN: 'the policy has no level, or not every caveat, for “{classification}”',
  FRONT_MATTER: 'the front matter is not a list of “key: value” lines',
  NO_DATE: '“{date}” is not a date',
  NAME_UNLISTED: '“{id}” is not in the volume’s lists',
  MACROS: 'it holds macros, which are left out',
  NEEDS_OCR: '{detail}: it needs OCR',
  PICTURE_EMPTY: '{detail}',
  PICTURE_RECOGNISED: 'it was read from a picture (OCR): compare it with the file',
  PAGES_RECOGNISED: '{count} pages were read from pictures (OCR): compare them with the file',
  PAGES_UNREAD: '{count} pages could not be read',
  // of a format
  FORMAT_UNKNOWN: '{detail}',
  FORMAT_NAMELESS: 'a text without an ending that says what it is',
  FORMAT_NOT_TAKEN: 'a .{extension} file',
  OFFICE_FORMAT: '{detail}',
  ARCHIVE: '{detail} archive: unpack it and import what is in it',
  ARCHIVE_METHOD: 'an unusual way of packing',
  PICTURE_FORMAT: 'a picture of a kind that is not read',
  PROGRAM: 'a program',
  XML_FORMAT: 'XML that is no TEI volume (<{root}>)',
  NOT_TEI: 'this is {root}, not TEI',
  // of damage
  UNREADABLE: 'it cannot be read',
  DAMAGED: 'damaged {detail}',
  EMPTY: 'the file is empty',
  MISNAMED: 'it is not what its name says',
  OFFICE_EMPTY: '{detail}',
  MAIL_HEADERS: 'an e-mail without headers',
  PART_DAMAGED: '{part}: {detail}',
  XML_MALFORMED: 'not well-formed XML: {detail}',
  XML_EMPTY: 'the file has no element',
  DOCUMENT_NAMELESS: 'a document has neither xml:id nor n',
  DISK: 'the file cannot be read from disk ({detail})',
  READER_LOST: 'its reader broke off',
  // of protection
  PASSWORD: 'the {detail} asks for a password',
  LICENCE: 'the document asks for a password or a licence server',
  // of limits
  FILE_TOO_LARGE: 'it is larger than {mebibytes} MiB',
  UNPACKED_TOO_LARGE: '{detail}',
  TEXT_TOO_LONG: '{detail}',
  TOO_MANY_PAGES: '{count} pages',
  PICTURE_TOO_LARGE: 'a picture of more than {millions} million points',
  TOO_DEEP: '{detail}',
  INSIDE_TOO_MANY: 'files inside files: too many, or too deep',
  INSIDE_TOO_LARGE: 'it is not kept as a file of its own: too much is inside the file around it',
  TOO_SLOW: 'it takes more time than is allowed',
  TOO_MUCH_MEMORY: 'it takes more memory than is allowed',
  TOO_MUCH_OUTPUT: 'more comes out of it than is allowed',
  // of caution
  ENTITIES: 'the file declares entities of its own',
  PART_ENTITIES: '{part} declares a document type or entities of its own',
  DOCUMENT_TYPE: 'it declares a document type of its own and is no TEI volume',
  // of filing
  CLASSIFICATION_UNKNOWN: 'its classification has no place in the policy',
  SAME_CONTENT: 'the same content as {name}',
  SAME_AS_FILED: 'the same content as “{title}” ({documentId}), which is filed already',
  SAME_AS_ALL: 'the same content as {name}, all of which is filed already',
  /** What the server does not take; `error` is its code, `field` what it names. */
  REFUSED: '{detail} ({error})',
  NOT_KEPT: 'the file itself is not kept: {detail} ({error})',
} as const;

export type ReasonCode = keyof typeof REASONS;
export type ReasonValues = Readonly<Record<string, string | number>>;

export interface Reason {
  readonly code: ReasonCode;
  readonly values?: ReasonValues;
  /** In English, with the values. */
  readonly reason: string;
}

/** The names that stand in braces in a sentence. */
type NamesIn<Words extends string> = Words extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type Asked<Code extends ReasonCode> = NamesIn<(typeof REASONS)[Code]>;
/** A value for every name of the sentence, or none where it has no names; more may be given for a page's words. */
type Given<Code extends ReasonCode> = [Asked<Code>] extends [never]
  ? []
  : [values: Readonly<Record<Asked<Code>, string | number>> & ReasonValues];

/** A reason with all the values that its words name. */
export function because<Code extends ReasonCode>(code: Code, ...given: Given<Code>): Reason;
export function because(code: ReasonCode, values?: ReasonValues): Reason {
  const words: string = REASONS[code];
  if (values === undefined) return { code, reason: words };
  return { code, values, reason: words.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name])) };
}
