import { ChanceryError } from '#client';
import type { Client, StopSignal, TransferProgress } from '#client';
import { privateFiles } from '#client/browser';

import type { FilePlace } from './protocol.js';

/** What a browser draws by itself, and what cannot hold a script. */
const PICTURES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** Long edge of a picture as it is shown, in pixels. */
const SHOWN_PIXELS = 1200;
const SMALL_PIXELS = 160;
const PIECE_BYTES = 1024 * 1024;

/** How a file is fetched: who hears of it, and what ends it. */
export interface Fetching {
  readonly tell: (progress: TransferProgress) => void;
  readonly stop: StopSignal;
}

/**
 * Takes the pieces of a file one after the other. What an earlier attempt has fetched is not fetched again; what was sealed in the browser
 * meanwhile is removed once it was taken.
 */
export async function eachPiece(
  client: Client,
  { conversationId, messageId, file }: FilePlace,
  { tell, stop }: Fetching,
  take: (piece: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  const { folder } = (await client.attachments.begun(file)) ?? { folder: privateFiles.newFolder() };
  const options = { folder, conversationId, attachmentId: file.id, stop };
  const [reference = ''] = await client.attachments.save(messageId, options, tell);
  try {
    await eachPart(reference, take);
  } finally {
    await privateFiles.forget(reference);
  }
}

async function eachPart(
  reference: string,
  take: (piece: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  const source = await privateFiles.open(reference);
  try {
    for (let at = 0; at < source.size; at += PIECE_BYTES) {
      await take(new Uint8Array(await source.read(at, Math.min(PIECE_BYTES, source.size - at))));
    }
  } finally {
    await source.close();
  }
}

/** A picture that waits in a draft, small enough to stand beside its name. */
export async function drawnSmall(reference: string): Promise<ImageBitmap> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  await eachPart(reference, (piece) => {
    bytes += piece.length;
    if (bytes > MAX_PICTURE_BYTES) throw notDrawn();
    pieces.push(piece);
  });
  return drawn(new Blob(pieces), SMALL_PIXELS);
}

/** A picture, decoded and drawn anew at the size of the screen: where it was taken, and whatever else its file says, is gone. */
export async function drawn(file: Blob, pixels = SHOWN_PIXELS): Promise<ImageBitmap> {
  if (file.size > MAX_PICTURE_BYTES) throw notDrawn();
  const type = typeOf(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  if (type === undefined) throw notDrawn();
  const whole = await decode(file.slice(0, file.size, type));
  const scale = Math.min(1, pixels / Math.max(whole.width, whole.height));
  if (scale === 1) return whole;
  const [resizeWidth, resizeHeight] = [Math.ceil(whole.width * scale), Math.ceil(whole.height * scale)];
  const small = await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: 'high' });
  whole.close();
  return small;
}

async function decode(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw notDrawn();
  }
}

/** By the first bytes: what a sender says of a file is only a word. */
function typeOf(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head);
  const signs = [
    text.startsWith('\x89PNG'),
    text.startsWith('\xff\xd8\xff'),
    /^RIFF.{4}WEBP/su.test(text),
    text.startsWith('GIF8'),
  ];
  return PICTURES[signs.indexOf(true)];
}

function notDrawn(): ChanceryError {
  return new ChanceryError('FILE_UNREADABLE', 'This browser does not show the file as a picture.', { field: 'file' });
}
