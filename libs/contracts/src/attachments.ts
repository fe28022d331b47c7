/** Bytes of plaintext in each chunk of an attachment's stream but the last. */
export const ATTACHMENT_CHUNK_BYTES = 64 * 1024;
/** What a chunk's ciphertext has more than its plaintext (secretstream: encrypted tag and MAC). */
export const ATTACHMENT_CHUNK_OVERHEAD = 17;
/** The header before the first chunk. */
export const ATTACHMENT_HEADER_BYTES = 24;
/** Longest attachment: 2 GiB of plaintext, padding included. */
export const ATTACHMENT_MAX_PLAINTEXT = 2 * 1024 ** 3;
/** Longest ciphertext of one. */
export const ATTACHMENT_MAX_BYTES =
  ATTACHMENT_HEADER_BYTES +
  ATTACHMENT_MAX_PLAINTEXT +
  (ATTACHMENT_MAX_PLAINTEXT / ATTACHMENT_CHUNK_BYTES) * ATTACHMENT_CHUNK_OVERHEAD;
/** Most bytes that one request carries, up or down. */
export const ATTACHMENT_PIECE_BYTES = 5 * 1024 * 1024;
/** Attachments that one message may have. */
export const ATTACHMENTS_PER_MESSAGE = 20;
/** Media type of a piece on its way up. */
export const ATTACHMENT_PIECE_TYPE = 'application/offset+octet-stream';
/** Header that holds the grant of one transfer, beside the session in `Authorization`. */
export const ATTACHMENT_GRANT_HEADER = 'chancery-grant';
/** Header that says where a piece belongs, and in the answer how much the server has. */
export const ATTACHMENT_OFFSET_HEADER = 'upload-offset';
/** Longest file that a document may keep as its original: 64 MiB, as much as an import reads. */
export const ORIGINAL_MAX_BYTES = 64 * 1024 * 1024;
