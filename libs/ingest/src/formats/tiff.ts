import { startsWith } from './bytes.js';

/** Tags of a picture (TIFF 6.0, section 8). */
export const TAG = { width: 256, height: 257, orientation: 274 } as const;

const SHORT = 3;
const ENTRY_BYTES = 12;
const FIRST_DIRECTORY = 4;

/** A directory of a TIFF file: where it begins, and the first value of each of its tags. */
interface Directory {
  readonly at: number;
  readonly values: ReadonlyMap<number, number>;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
const isLittleEndian = (tiff: Uint8Array): boolean => startsWith(tiff, 'II');

/**
 * The directories of a TIFF file, one a picture, as far as `most`; a chain that comes back to one of them ends there.
 * @throws RangeError where the file ends too early
 */
export function tiffDirectories(tiff: Uint8Array, most: number): Directory[] {
  const [view, little] = [viewOf(tiff), isLittleEndian(tiff)];
  const found = new Map<number, Directory>();
  for (let at = view.getUint32(FIRST_DIRECTORY, little); at !== 0 && !found.has(at) && found.size < most;) {
    const count = view.getUint16(at, little);
    found.set(at, { at, values: valuesAt(view, little, at + 2, count) });
    at = view.getUint32(at + 2 + count * ENTRY_BYTES, little);
  }
  return [...found.values()];
}

function valuesAt(view: DataView, little: boolean, from: number, count: number): Map<number, number> {
  const entries = Array.from({ length: count }, (_, n) => from + n * ENTRY_BYTES);
  return new Map(
    entries.map((at) => {
      const isShort = view.getUint16(at + 2, little) === SHORT;
      const value = isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
      return [view.getUint16(at, little), value];
    }),
  );
}

/** The same file with another of its pictures first: readers of a picture take the first one. */
export function beginningAt(tiff: Uint8Array, { at }: Directory): Uint8Array {
  const copy = tiff.slice();
  viewOf(copy).setUint32(FIRST_DIRECTORY, at, isLittleEndian(tiff));
  return copy;
}
