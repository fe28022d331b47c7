import { strToU8, zlibSync } from 'fflate';

/** An object of the file that others name: `12 0 R`. */
export type Reference = `${number} 0 R`;

/** A dictionary: names without slash to values as they stand in the file. */
export type Dictionary = Readonly<Record<string, string | number | undefined>>;

const LATIN1 = true;

/** A PDF file (ISO 32000-1) as it is written, object by object; what is not text is compressed. */
export class PdfFile {
  private readonly parts: Uint8Array[] = [];
  /** Where each object begins; 0 while it has only its number. */
  private readonly places: number[] = [];
  private length = 0;

  constructor() {
    // four bytes above 127 tell programs that it is no text
    this.write('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n');
  }

  /** A number for an object that is written later. */
  reserve(): Reference {
    this.places.push(0);
    return `${this.places.length} 0 R`;
  }

  add(value: Dictionary | string, reference = this.reserve()): Reference {
    const text = typeof value === 'string' ? value : dictionary(value);
    this.begin(reference);
    this.write(`${text}\nendobj\n`);
    return reference;
  }

  /** Bytes with what is said about them. */
  stream(about: Dictionary, bytes: Uint8Array, reference = this.reserve()): Reference {
    const packed = zlibSync(bytes);
    this.begin(reference);
    this.write(`${dictionary({ ...about, Filter: '/FlateDecode', Length: packed.length })}\nstream\n`);
    this.push(packed);
    this.write('\nendstream\nendobj\n');
    return reference;
  }

  /** The whole file. Nothing may be added after. */
  finish(root: Reference, info: Reference): Uint8Array {
    const start = this.length;
    const rows = this.places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
    const size = this.places.length + 1;
    this.write(`xref\n0 ${size}\n0000000000 65535 f \n${rows}`);
    this.write(`trailer\n${dictionary({ Size: size, Root: root, Info: info })}\nstartxref\n${start}\n%%EOF\n`);
    return joined(this.parts, this.length);
  }

  private begin(reference: Reference): void {
    const number = Number.parseInt(reference, 10);
    this.places[number - 1] = this.length;
    this.write(`${number} 0 obj\n`);
  }

  private write(text: string): void {
    this.push(strToU8(text, LATIN1));
  }

  private push(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `<< /Name value … >>`; what is undefined is left out. */
export function dictionary(entries: Dictionary): string {
  const said = Object.entries(entries).filter(([, value]) => value !== undefined);
  return `<< ${said.map(([name, value]) => `/${name} ${String(value)}`).join(' ')} >>`;
}

/** Text as PDF keeps it for people: UTF-16 in hexadecimal digits. */
export const textString = (text: string): string => `<feff${utf16(text)}>`;

/** UTF-16, big-endian, in hexadecimal digits. */
export function utf16(text: string): string {
  let digits = '';
  for (let at = 0; at < text.length; at += 1) digits += hex(text.charCodeAt(at));
  return digits;
}

/** Four hexadecimal digits. */
export const hex = (value: number): string => value.toString(16).padStart(4, '0');

/** A number as short as it is exact enough for a page. */
export const decimal = (value: number): string => String(Math.round(value * 1000) / 1000);
