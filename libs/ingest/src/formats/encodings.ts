import { latin1 } from './bytes.js';
import type { Tools } from './extraction.js';

/** Encodings of texts that do not say theirs, with the letters that are commonest in what is written in each. */
const GUESSES: readonly (readonly [encoding: string, common: string])[] = [
  ['windows-1252', 'éèàçùêâîôûäöüßñáíóúãõåøæ’“”–—€'],
  ['windows-1250', 'ěščřžýáíéůúťďňąćęłńóśźżőű'],
  ['windows-1251', 'оеаинтсрвлк'],
  ['koi8-r', 'оеаинтсрвлк'],
  ['windows-1256', 'اليونمرتبة'],
  ['iso-8859-6', 'اليونمرتبة'],
];
const SAMPLE = 64 * 1024;

function score(text: string, common: string): number {
  const letters = new Set(common);
  let points = 0;
  for (const character of text) if (character > '\u007F') points += letters.has(character) ? 1 : -0.5;
  return points;
}

function guessed(bytes: Uint8Array, tools: Tools): string {
  const sample = bytes.subarray(0, SAMPLE);
  const scored = GUESSES.map(([encoding, common]) => ({
    encoding,
    points: score(tools.decode(sample, encoding), common),
  }));
  return scored.reduce((best, next) => (next.points > best.points ? next : best)).encoding;
}

/** Damaged sequences become U+FFFD, so a text that has one of its own counts as damaged; that is rare and harmless. */
const isUtf8 = (text: string): boolean => !text.includes('\uFFFD');

/**
 * A file's text: by its byte order mark, else UTF-8 where it is that, else the encoding that it says, else the one of older
 * programs whose commonest letters fit best.
 * @param said encoding that the file claims, if any
 */
export function textOf(bytes: Uint8Array, tools: Tools, said?: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return tools.decode(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return tools.decode(bytes, 'utf-16be');
  const text = tools.decode(bytes, 'utf-8');
  if (isUtf8(text)) return text;
  return tools.decode(bytes, usable(said) ?? guessed(bytes, tools));
}

/** A claim that can be true: not UTF-8, which it is not, and no encoding of two bytes a letter. */
function usable(said: string | undefined): string | undefined {
  const name = said?.trim().toLowerCase() ?? '';
  return /^(?:windows-125\d|iso-8859-\d+|koi8-[ru]|shift_jis|euc-jp|euc-kr|gbk|gb18030|gb2312|big5|macintosh)$/u.test(
    name,
  )
    ? name
    : undefined;
}

/** Encodings of Windows code pages, as RTF and older Word files number them. */
export function encodingOfCodePage(page: number): string {
  const named: Readonly<Record<number, string>> = {
    437: 'windows-1252',
    850: 'windows-1252',
    866: 'ibm866',
    874: 'windows-874',
    932: 'shift_jis',
    936: 'gbk',
    949: 'euc-kr',
    950: 'big5',
    10000: 'macintosh',
    65001: 'utf-8',
  };
  return named[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
}

/** The beginning of a file as characters of one byte, to look for what it says about itself. */
export const beginning = (bytes: Uint8Array, length = 4096): string => latin1(bytes.subarray(0, length));
