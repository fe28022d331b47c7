import { isoDate } from '../dates.js';
import { present } from '../draft.js';
import { because } from '../reasons.js';
import { latin1 } from './bytes.js';
import { encodingOfCodePage } from './encodings.js';
import { bounded, ExtractionError, tidied } from './extraction.js';
import type { Extracted, Tools } from './extraction.js';

/** Groups that hold no text of the document. */
const SKIPPED = new Set(
  'fonttbl,colortbl,stylesheet,listtable,listoverridetable,revtbl,rsidtbl,generator,pict,object,objdata,themedata,colorschememapping,latentstyles,datastore,xmlnstbl,filetbl,fldinst,annotation,atnid,atnauthor,atnref,atndate,private,mmathPr,info,listtext,pntext'.split(
    ',',
  ),
);
const MARGINS = new Set('header,headerl,headerr,headerf,footer,footerl,footerr,footerf'.split(','));
const SYMBOLS: Readonly<Record<string, string>> = {
  par: '\n\n',
  sect: '\n\n',
  page: '\n\n',
  row: '\n',
  line: '\n',
  tab: ' ',
  cell: ' | ',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
};
/** Code pages by the character set of a font. */
const CHARSETS: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};
const DEEPEST = 500;
/** A control word with its number, a control symbol, a brace or a run of text. */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/giuy;

type Place = 'body' | 'margin' | 'skipped';

interface State {
  readonly place: Place;
  readonly isHidden: boolean;
  readonly encoding: string;
  /** How many characters follow a `\u` for readers that do not know it. */
  readonly fallback: number;
}

/** Walks over an RTF file (specification 1.9.1) without recursion: a state a group. */
class RtfReader {
  private readonly groups: State[] = [];
  private state: State = { place: 'body', isHidden: false, encoding: 'windows-1252', fallback: 1 };
  private readonly out = { body: '', margin: '' };
  private pending: number[] = [];
  private toSkip = 0;
  private opened = false;
  private readonly fonts: ReadonlyMap<number, string>;

  constructor(
    private readonly source: string,
    private readonly tools: Tools,
  ) {
    this.fonts = fontsOf(source);
  }

  read(): { body: string; margin: string } {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(this.source); match !== null; match = TOKEN.exec(this.source)) this.token(match);
    this.flush();
    return this.out;
  }

  private token([, word, number, hex, symbol, brace, text]: RegExpExecArray): void {
    const wasOpened = this.opened;
    this.opened = brace === '{' || (wasOpened && symbol === '*');
    if (hex !== undefined) this.byte(parseInt(hex, 16));
    else if (text !== undefined) this.text(text);
    else if (brace !== undefined) this.brace(brace);
    else if (symbol !== undefined) this.symbol(symbol, wasOpened);
    else if (word !== undefined) this.word(word, number === undefined ? undefined : Number(number), wasOpened);
  }

  private brace(brace: string): void {
    this.flush();
    this.toSkip = 0;
    if (brace === '}') this.state = this.groups.pop() ?? this.state;
    else if (this.groups.push(this.state) > DEEPEST)
      throw new ExtractionError('refused', because('TOO_DEEP', { detail: 'groups are nested too deeply' }));
  }

  private symbol(symbol: string, wasOpened: boolean): void {
    // a group that begins with \* may be passed over by who does not know its word
    if (symbol === '*' && wasOpened) this.state = { ...this.state, place: 'skipped' };
    else if (symbol === '~') this.put(' ');
    else if (symbol === '_') this.put('-');
    else if (symbol === '\n' || symbol === '\r') this.put('\n\n');
    else if ('{}\\'.includes(symbol)) this.text(symbol);
  }

  private word(word: string, number: number | undefined, wasOpened: boolean): void {
    const { state } = this;
    if (wasOpened && SKIPPED.has(word)) this.state = { ...state, place: 'skipped' };
    else if (wasOpened && MARGINS.has(word) && state.place === 'body') this.state = { ...state, place: 'margin' };
    else if (word === 'u' && number !== undefined) this.unicode(number);
    else if (word === 'bin') TOKEN.lastIndex += Math.max(0, number ?? 0);
    else if (SYMBOLS[word] !== undefined) this.put(SYMBOLS[word]);
    else this.format(word, number);
  }

  private format(word: string, number: number | undefined): void {
    this.flush();
    const { state } = this;
    if (word === 'v' || word === 'deleted') this.state = { ...state, isHidden: number !== 0 };
    else if (word === 'plain') this.state = { ...state, isHidden: false };
    else if (word === 'uc') this.state = { ...state, fallback: Math.min(20, number ?? 1) };
    else if (word === 'ansicpg') this.state = { ...state, encoding: encodingOfCodePage(number ?? 1252) };
    else if (word === 'f') this.state = { ...state, encoding: this.fonts.get(number ?? 0) ?? state.encoding };
  }

  private unicode(number: number): void {
    this.put(String.fromCharCode(number < 0 ? number + 0x10000 : number));
    this.toSkip = this.state.fallback;
  }

  private byte(value: number): void {
    if (this.toSkip > 0) this.toSkip -= 1;
    else this.pending.push(value);
  }

  private text(text: string): void {
    const skipped = Math.min(this.toSkip, text.length);
    this.toSkip -= skipped;
    for (let at = skipped; at < text.length; at += 1) this.pending.push(text.charCodeAt(at));
  }

  private put(text: string): void {
    this.flush();
    const { place, isHidden } = this.state;
    if (place !== 'skipped' && !isHidden) this.out[place] += text;
  }

  /** Bytes of one letter may stand in several tokens, so they are decoded together. */
  private flush(): void {
    if (this.pending.length === 0) return;
    const bytes = Uint8Array.from(this.pending);
    this.pending = [];
    const { place, isHidden, encoding } = this.state;
    if (place !== 'skipped' && !isHidden) this.out[place] += this.tools.decode(bytes, encoding);
  }
}

/** Encodings of fonts that say their character set. */
function fontsOf(source: string): Map<number, string> {
  const found = source
    .slice(0, 256 * 1024)
    .matchAll(/\{\\f(\d{1,5})(?:\\[a-z]+-?\d* ?|\{[^{}]*\})*?\\fcharset(\d{1,3})/giu);
  const pages = [...found].map(([, font, charset]) => [Number(font), CHARSETS[Number(charset)]] as const);
  return new Map(pages.flatMap(([font, page]) => (page === undefined ? [] : [[font, encodingOfCodePage(page)]])));
}

function infoOf(source: string, name: string): string {
  const pattern = new RegExp(`\\{\\\\info\\b[\\s\\S]{0,4000}?\\{\\\\${name} ([^{}\\\\]{1,500})\\}`, 'u');
  return pattern.exec(source)?.[1]?.trim() ?? '';
}

function madeOn(source: string): string | undefined {
  const [, year = '', month = '', day = ''] = /\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})/u.exec(source) ?? [];
  return isoDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)?.date;
}

/** Reads Rich Text Format: text without hidden and deleted words, instructions of fields and enclosed objects. */
export function readRtf(bytes: Uint8Array, tools: Tools): Extracted {
  const source = latin1(bytes);
  const { body, margin } = new RtfReader(source, tools).read();
  return {
    metadata: present({ title: infoOf(source, 'title'), author: infoOf(source, 'author'), date: madeOn(source) }),
    text: bounded(tidied(body)),
    margins: tidied(margin).split('\n'),
  };
}
