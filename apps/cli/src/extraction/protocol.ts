import { z } from 'zod';

/** What a worker is asked: one file, whose bytes follow on the same stream in pieces. */
export const requestSchema = z.object({
  name: z.string(),
  volume: z.string(),
  policy: z.unknown(),
  /** Languages in which pictures are read; none where nobody asked for it. */
  ocr: z.array(z.string().regex(/^[a-z_]{2,20}$/)),
  /** Whether the bytes of files inside are handed back with what was read of them. */
  contents: z.boolean(),
});

/** What one piece of a file inside another may have in bytes on its way back. */
export const CONTENT_PIECE = 1024 * 1024;

/** A length of four bytes, big-endian, stands before every piece of a file; a piece of length 0 ends it. */
export const PIECE_HEADER = 4;

const text = z.string();
const optionalText = text.optional();

const paper = z.object({
  sourceId: text,
  kind: text,
  kindWord: optionalText,
  number: optionalText,
  title: text,
  language: text,
  date: optionalText,
  dateEnd: optionalText,
  dateTime: optionalText,
  dateText: text,
  from: optionalText,
  to: optionalText,
  place: optionalText,
  classification: optionalText,
  precedence: optionalText,
  handling: z.array(text),
  label: z
    .object({ policy: text, level: text, categories: z.array(z.object({ tag: text, values: z.array(text) })) })
    .optional(),
  sourceNote: optionalText,
  summary: optionalText,
  topics: z.array(text),
  countries: z.array(text),
  fields: z.array(z.object({ name: text, value: text })),
  persons: z.array(
    z.object({
      id: optionalText,
      name: text,
      role: z.enum(['from', 'to', 'mentioned']),
      description: optionalText,
    }),
  ),
  terms: z.array(z.object({ id: text, term: text, meaning: text })),
  footnotes: z.array(z.object({ id: text, mark: text, text })),
  attachments: z.array(z.object({ title: text, dateText: optionalText, body: text })),
  body: text,
});

const document = z.object({
  sourceId: text,
  inside: z.array(text),
  digest: optionalText,
  paper: paper.optional(),
  failure: z.enum(['unsupported', 'encrypted', 'corrupt', 'refused']).optional(),
  problems: z.array(
    z.object({
      documentId: text,
      code: text,
      values: z.record(text, z.union([text, z.number()])).optional(),
      reason: text,
    }),
  ),
});

/**
 * What a worker answers, one JSON object a line: that it can begin, documents of the file, each behind the pieces of the file
 * inside that it was made from, the end of the file. The worker has read what strangers wrote, so its answers are checked like
 * theirs.
 */
export const answerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('piece'), base64: text }),
  z.object({ type: z.literal('document'), document }),
  z.object({ type: z.literal('done') }),
]);
