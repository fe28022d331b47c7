import { latin1, Reader, startsWith } from './bytes.js';
import { COMPOUND_MAGIC, openCompound } from './compound.js';
import type { EmbeddedFile, Tools } from './extraction.js';

const NATIVE = '\u0001Ole10Native';
const LONGEST_NAME = 1024;

function zeroEnded(reader: Reader, at: number, tools: Tools): { text: string; next: number } {
  let end = at;
  while (end - at < LONGEST_NAME && reader.u8(end) !== 0) end += 1;
  return { text: tools.decode(reader.slice(at, end - at), 'windows-1252'), next: end + 1 };
}

/** A file that was dropped into a document: its name, paths that are of no use here, its bytes ([MS-OLEDS] 2.3.6). */
function packaged(stream: Uint8Array, tools: Tools): EmbeddedFile {
  const reader = new Reader(stream);
  const label = zeroEnded(reader, 6, tools);
  const path = zeroEnded(reader, label.next, tools);
  const temporary = path.next + 8 + reader.u32(path.next + 4);
  const name = label.text.split(/[\\/]/u).at(-1) ?? '';
  return { name: name || 'object', bytes: reader.slice(temporary + 4, reader.u32(temporary)) };
}

/** What an OLE object holds, where that is a file of its own; everything else as it is. */
export function unwrapped(file: EmbeddedFile, tools: Tools): EmbeddedFile {
  if (!('bytes' in file) || !startsWith(file.bytes, COMPOUND_MAGIC)) return file;
  try {
    const { streams } = openCompound(file.bytes, tools);
    const native = streams.get(NATIVE);
    if (native !== undefined) return packaged(native(), tools);
    const whole = (streams.get('Package') ?? streams.get('CONTENTS'))?.();
    return whole === undefined ? file : { name: `${file.name}${endingOf(whole)}`, bytes: whole };
  } catch {
    return file;
  }
}

const endingOf = (bytes: Uint8Array): string => (latin1(bytes.subarray(0, 5)) === '%PDF-' ? '.pdf' : '');
