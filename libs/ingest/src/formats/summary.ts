import { present } from '../draft.js';
import { Reader } from './bytes.js';
import type { Storage } from './compound.js';
import { encodingOfCodePage } from './encodings.js';
import type { Metadata, Tools } from './extraction.js';

const STREAM = '\u0005SummaryInformation';
const [CODE_PAGE, TITLE, AUTHOR, CREATED] = [1, 2, 4, 12];
const VT_FILETIME = 64;
const MOST_PROPERTIES = 200;
/** Between 1601, where FILETIME begins, and 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** Day of a FILETIME (100 ns since 1601), or undefined where it is unset or out of reach. */
export function dayOfFileTime(value: bigint): string | undefined {
  const date = new Date(Number(value / 10_000n - FILETIME_EPOCH_MS));
  const year = date.getUTCFullYear();
  return year >= 1970 && year < 2200 ? date.toISOString().slice(0, 10) : undefined;
}

function offsetsOf(reader: Reader): { section: number; offsets: Map<number, number> } {
  const section = reader.u32(44);
  const count = Math.min(MOST_PROPERTIES, reader.u32(section + 4));
  const rows = Array.from({ length: count }, (_, n) => section + 8 + 8 * n);
  return { section, offsets: new Map(rows.map((at) => [reader.u32(at), section + reader.u32(at + 4)])) };
}

/** Title, author and day of making out of an older office file's summary ([MS-OLEPS]); nothing where it is damaged. */
export function summaryOf(root: Storage, tools: Tools): Metadata {
  const stream = root.streams.get(STREAM);
  if (stream === undefined) return {};
  try {
    const reader = new Reader(stream());
    const { offsets } = offsetsOf(reader);
    const page = offsets.get(CODE_PAGE);
    const encoding = encodingOfCodePage(page === undefined ? 1252 : reader.u16(page + 4));
    const text = (id: number): string => {
      const at = offsets.get(id);
      if (at === undefined) return '';
      return tools
        .decode(reader.slice(at + 8, reader.u32(at + 4)), encoding)
        .replace(/\0.*$/su, '')
        .trim();
    };
    const made = offsets.get(CREATED);
    const isTime = made !== undefined && reader.u16(made) === VT_FILETIME;
    return present({
      title: text(TITLE),
      author: text(AUTHOR),
      date: isTime ? dayOfFileTime(reader.u64(made + 4)) : undefined,
    });
  } catch {
    return {};
  }
}
