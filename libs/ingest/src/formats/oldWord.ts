import { because } from '../reasons.js';
import { Reader } from './bytes.js';
import type { Storage } from './compound.js';
import { bounded, ExtractionError, tidied } from './extraction.js';
import type { Extracted, Tools } from './extraction.js';
import { summaryOf } from './summary.js';

const WORD_97 = 0xa5ec;
const ENCRYPTED = 0x100;
const SECOND_TABLE = 0x200;
const CLX = 33;
const PIECE_TABLE = 2;
const COMPRESSED = 0x40000000;
const FIELD = { begin: '\u0013', separator: '\u0014', end: '\u0015' } as const;

interface Piece {
  readonly offset: number;
  readonly characters: number;
  readonly isUnicode: boolean;
}

/** Where the piece table is: File Information Block, [MS-DOC] 2.5.1. */
function clxOf(fib: Reader): { offset: number; length: number } {
  const shorts = 32 + 2 + 2 * fib.u16(32);
  const longs = shorts + 2 + 4 * fib.u16(shorts);
  const at = longs + 2 + 8 * CLX;
  return { offset: fib.u32(at), length: fib.u32(at + 4) };
}

/** Pieces of text in their order, [MS-DOC] 2.8.35 and 2.9.177. */
function piecesOf(clx: Reader): Piece[] {
  let at = 0;
  while (clx.u8(at) !== PIECE_TABLE) at += 3 + clx.u16(at + 1);
  const count = Math.floor((clx.u32(at + 1) - 4) / 12);
  const [places, descriptors] = [at + 5, at + 5 + 4 * (count + 1)];
  return Array.from({ length: count }, (_, n) => {
    const place = clx.u32(descriptors + 8 * n + 2);
    const isUnicode = (place & COMPRESSED) === 0;
    return {
      offset: isUnicode ? place : (place & ~COMPRESSED) / 2,
      characters: clx.u32(places + 4 * (n + 1)) - clx.u32(places + 4 * n),
      isUnicode,
    };
  });
}

/** Shows what a reader sees of fields: their result, not their instruction. */
function withoutInstructions(text: string): string {
  const shown: string[] = [];
  let depth = 0;
  for (const character of text) {
    if (character === FIELD.begin) depth += 1;
    else if (character === FIELD.separator || character === FIELD.end) depth -= character === FIELD.separator ? 1 : 0;
    else if (depth <= 0) shown.push(character);
  }
  return shown.join('');
}

const readable = (text: string): string =>
  tidied(
    withoutInstructions(text)
      .replaceAll('\u0007\u0007', '\n')
      .replaceAll('\u0007', ' | ')
      .replace(/\r/gu, '\n\n')
      .replace(/\v/gu, '\n')
      .replaceAll('\u001E', '-')
      .replace(/[^\P{Cc}\n\t]/gu, ''),
  );

interface Texts {
  readonly main: string;
  readonly notes: string;
  readonly margins: string;
}

function textsOf(document: Reader, table: Uint8Array, tools: Tools): Texts {
  const { offset, length } = clxOf(document);
  const pieces = piecesOf(new Reader(new Reader(table).slice(offset, length)));
  const whole = pieces
    .map((piece) => {
      const bytes = document.slice(piece.offset, piece.characters * (piece.isUnicode ? 2 : 1));
      return tools.decode(bytes, piece.isUnicode ? 'utf-16le' : 'windows-1252');
    })
    .join('');
  const [main, notes, margins] = [0x4c, 0x50, 0x54].map((at) => document.u32(at)) as [number, number, number];
  return {
    main: whole.slice(0, main),
    notes: whole.slice(main, main + notes),
    margins: whole.slice(main + notes, main + notes + margins),
  };
}

function checked(fib: Reader): void {
  if (fib.u16(0) !== WORD_97)
    throw new ExtractionError('unsupported', because('OFFICE_FORMAT', { detail: 'a Word document from before 1997' }));
  if ((fib.u16(10) & ENCRYPTED) !== 0)
    throw new ExtractionError('encrypted', because('PASSWORD', { detail: 'document' }));
}

/** Reads a Word document of 1997 to 2003 ([MS-DOC]): its text and footnotes; programs are left out. */
export function readOldWord(root: Storage, tools: Tools): Extracted {
  try {
    const document = new Reader(root.streams.get('WordDocument')?.() ?? new Uint8Array());
    checked(document);
    const table = root.streams.get((document.u16(10) & SECOND_TABLE) === 0 ? '0Table' : '1Table');
    const { main, notes, margins } = textsOf(document, table?.() ?? new Uint8Array(), tools);
    return {
      metadata: summaryOf(root, tools),
      text: bounded(
        [main, notes]
          .map(readable)
          .filter((text) => text !== '')
          .join('\n\n'),
      ),
      margins: readable(margins).split('\n'),
      notes: root.storages.has('Macros') ? [because('MACROS')] : [],
    };
  } catch (error) {
    if (error instanceof RangeError)
      throw new ExtractionError('corrupt', because('DAMAGED', { detail: 'Word document' }));
    throw error;
  }
}
