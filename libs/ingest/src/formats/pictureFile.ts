import { because } from '../reasons.js';
import { startsWith } from './bytes.js';
import { bounded, ExtractionError, LIMITS, tidied } from './extraction.js';
import type { Extracted, PictureFile, Tools } from './extraction.js';
import { isTooSmall, MOST_PIXELS } from './pictures.js';
import { beginningAt, TAG, tiffDirectories } from './tiff.js';

const UPRIGHT = 1;
const PNG = '\x89PNG';
const JPEG = '\xff\xd8\xff';
const TIFF = ['II*\0', 'MM\0*'];

/** Whether a file is a picture whose text can be read. */
export const isPicture = (bytes: Uint8Array): boolean => [PNG, JPEG, ...TIFF].some((magic) => startsWith(bytes, magic));

/** A picture of a file by what it says of itself: nothing of it is unpacked before that is looked at. */
interface Page extends PictureFile {
  readonly width: number;
  readonly height: number;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** The header is the first chunk (PNG 11.2.1). */
function pngPage(file: Uint8Array): Page {
  if (!startsWith(file, 'IHDR', 12)) throw new RangeError('no header');
  const view = viewOf(file);
  return { file, orientation: UPRIGHT, width: view.getUint32(16), height: view.getUint32(20) };
}

const [FILL, APP1, START_OF_SCAN] = [0xff, 0xe1, 0xda];
/** Of a frame, whose size follows; the others in this range are tables (ITU-T T.81, table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** The segments that stand before the pixels: the camera's own words, then the size. */
function jpegPage(file: Uint8Array): Page {
  const view = viewOf(file);
  let orientation = UPRIGHT;
  for (let at = 2; ;) {
    const marker = view.getUint8(at + 1);
    if (marker === FILL) {
      at += 1;
      continue;
    }
    if (view.getUint8(at) !== FILL || marker === START_OF_SCAN) throw new RangeError('no frame');
    if (isFrame(marker)) return { file, orientation, width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    const length = view.getUint16(at + 2);
    if (marker === APP1) orientation = exifOrientation(file.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
}

const EXIF = 'Exif\0\0';

/** Of the small TIFF file that a camera puts in (EXIF 2.32, 4.7.2); upright where it says nothing sensible. */
function exifOrientation(segment: Uint8Array): number {
  if (!startsWith(segment, EXIF)) return UPRIGHT;
  try {
    const [first] = tiffDirectories(segment.subarray(EXIF.length), 1);
    const value = first?.values.get(TAG.orientation) ?? UPRIGHT;
    return value >= 1 && value <= 8 ? value : UPRIGHT;
  } catch {
    return UPRIGHT;
  }
}

/** One picture a page of paper, as scanners and fax machines write them; whoever reads one turns it upright. */
function* tiffPages(file: Uint8Array): Generator<Page> {
  for (const directory of tiffDirectories(file, LIMITS.recognisedPages)) {
    const [width = 0, height = 0] = [TAG.width, TAG.height].map((tag) => directory.values.get(tag));
    yield { file: beginningAt(file, directory), orientation: UPRIGHT, width, height };
  }
}

function pagesOf(bytes: Uint8Array): Iterable<Page> {
  if (startsWith(bytes, PNG)) return [pngPage(bytes)];
  return startsWith(bytes, JPEG) ? [jpegPage(bytes)] : tiffPages(bytes);
}

function requireSize({ width, height }: Page): void {
  if (width * height <= MOST_PIXELS) return;
  throw new ExtractionError('refused', because('PICTURE_TOO_LARGE', { millions: MOST_PIXELS / 1_000_000 }));
}

/** Text of all pages; one that is smaller than any text has none. */
async function textsOn(bytes: Uint8Array, recognise: NonNullable<Tools['recognise']>): Promise<string[]> {
  const texts: string[] = [];
  for (const page of pagesOf(bytes)) {
    requireSize(page);
    const text = isTooSmall(page) ? '' : await recognise(page);
    if (text === undefined) throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'picture' }));
    texts.push(text.trim());
  }
  return texts.filter((text) => text !== '');
}

/**
 * Reads the text on a PNG, JPEG or TIFF file where that was asked for.
 * @throws ExtractionError unsupported where nobody asked, corrupt, refused
 */
export async function readPicture(bytes: Uint8Array, { recognise }: Tools): Promise<Extracted> {
  if (recognise === undefined) throw new ExtractionError('unsupported', because('NEEDS_OCR', { detail: 'a picture' }));
  const texts = await textsOn(bytes, recognise).catch((error: unknown) => {
    throw error instanceof RangeError
      ? new ExtractionError('corrupt', because('DAMAGED', { detail: 'picture' }))
      : error;
  });
  const note =
    texts.length > 0 ? because('PICTURE_RECOGNISED') : because('PICTURE_EMPTY', { detail: 'no text on the picture' });
  return { metadata: {}, text: bounded(tidied(texts.join('\n\n'))), notes: [note] };
}
