import { create } from 'fontkit';
import type { Font, Glyph, Subset } from 'fontkit';
import { strToU8 } from 'fflate';

import { hex, utf16 } from './file.js';
import type { PdfFile, Reference } from './file.js';

/** A glyph where it stands: its number in the file, and shifts in thousandths of the size. */
export interface PlacedGlyph {
  readonly code: string;
  /** What the font itself says that it takes. */
  readonly width: number;
  /** What it takes here. */
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
}

/** A short text in one face, in the order in which it stands on the paper. */
export interface ShapedText {
  readonly face: Face;
  readonly glyphs: readonly PlacedGlyph[];
  /** In thousandths of the size. */
  readonly width: number;
}

interface UsedGlyph {
  readonly unicode: string;
  readonly width: number;
}

const fontsByBytes = new WeakMap<Uint8Array, Font>();

/** The same bytes are read once: an archive has many files with the same fonts. */
function parsed(bytes: Uint8Array): Font {
  const known = fontsByBytes.get(bytes);
  if (known) return known;
  const font = create(bytes);
  fontsByBytes.set(bytes, font);
  return font;
}

/** One font of a file: shapes text, and remembers which glyphs were used; only these are embedded. */
export class Face {
  private readonly font: Font;
  private readonly subset: Subset;
  private readonly used = new Map<number, UsedGlyph>();
  private readonly shaped = new Map<string, ShapedText>();

  /** @throws an error for bytes that are no font */
  constructor(
    bytes: Uint8Array,
    /** Under which pages name it. */
    readonly name: string,
  ) {
    this.font = parsed(bytes);
    this.subset = this.font.createSubset();
  }

  /** Whether any of its glyphs stands somewhere. */
  get isUsed(): boolean {
    return this.used.size > 0;
  }

  has(codePoint: number): boolean {
    return this.font.hasGlyphForCodePoint(codePoint);
  }

  /** The same text is shaped once. */
  shape(text: string, direction: 'ltr' | 'rtl'): ShapedText {
    const key = `${direction} ${text}`;
    const known = this.shaped.get(key);
    if (known) return known;
    const shaped = this.shapeAnew(text, direction);
    this.shaped.set(key, shaped);
    return shaped;
  }

  /** Embeds what was used (ISO 32000-1, 9.7): a composite font whose codes are the glyphs of the subset. */
  embed(file: PdfFile): Reference {
    const isCff = 'CFF ' in this.font.directory.tables;
    const subtype = isCff ? { Subtype: '/CIDFontType0C' } : {};
    const program = file.stream(subtype, new Uint8Array(this.subset.encode()));
    const baseFont = `/${subsetTag(this.name)}+${this.font.postscriptName.replaceAll(/[^A-Za-z0-9-]/g, '')}`;
    const descriptor = file.add(this.descriptor(baseFont, isCff, program));
    const descendant = file.add({
      Type: '/Font',
      Subtype: isCff ? '/CIDFontType0' : '/CIDFontType2',
      BaseFont: baseFont,
      CIDSystemInfo: '<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>',
      FontDescriptor: descriptor,
      W: `[${[...this.used].map(([code, { width }]) => `${code} [${Math.round(width)}]`).join(' ')}]`,
      CIDToGIDMap: isCff ? undefined : '/Identity',
    });
    return file.add({
      Type: '/Font',
      Subtype: '/Type0',
      BaseFont: baseFont,
      Encoding: '/Identity-H',
      DescendantFonts: `[${descendant}]`,
      ToUnicode: file.stream({}, strToU8(toUnicode(this.used))),
    });
  }

  private shapeAnew(text: string, direction: 'ltr' | 'rtl'): ShapedText {
    const scale = 1000 / this.font.unitsPerEm;
    const { glyphs, positions } = this.font.layout(text, undefined, undefined, undefined, direction);
    const placed = glyphs.map((glyph, at) => {
      const { xAdvance = glyph.advanceWidth, xOffset = 0, yOffset = 0 } = positions[at] ?? {};
      return {
        code: hex(this.use(glyph, scale)),
        width: glyph.advanceWidth * scale,
        advance: xAdvance * scale,
        dx: xOffset * scale,
        dy: yOffset * scale,
      };
    });
    return { face: this, glyphs: placed, width: placed.reduce((sum, { advance }) => sum + advance, 0) };
  }

  private use({ id, codePoints, advanceWidth }: Glyph, scale: number): number {
    const code = this.subset.includeGlyph(id);
    if (!this.used.has(code)) {
      this.used.set(code, { unicode: meaningOf(codePoints), width: advanceWidth * scale });
    }
    return code;
  }

  private descriptor(name: string, isCff: boolean, program: Reference): Record<string, string | number> {
    const { bbox, italicAngle, ascent, descent, capHeight, unitsPerEm } = this.font;
    const thousandths = (value: number): number => Math.round((value * 1000) / unitsPerEm);
    const box = [bbox.minX, bbox.minY, bbox.maxX, bbox.maxY].map(thousandths);
    return {
      Type: '/FontDescriptor',
      FontName: name,
      Flags: 4,
      FontBBox: `[${box.join(' ')}]`,
      ItalicAngle: italicAngle,
      Ascent: thousandths(ascent),
      Descent: thousandths(descent),
      CapHeight: thousandths(capHeight || ascent),
      StemV: 80,
      [isCff ? 'FontFile3' : 'FontFile2']: program,
    };
  }
}

/** Arabic ligatures that Unicode knows as characters of their own, by the letters that they stand for. */
const LIGATURES = new Map(
  Array.from({ length: 0xfefd - 0xfb50 }, (_, at) => String.fromCodePoint(0xfb50 + at))
    .map((form) => [form.normalize('NFKC'), form] as const)
    .filter(([letters]) => /^\p{L}{2,}$/u.test(letters)),
);

/**
 * What a glyph means. Programs read what runs from right to left backwards from the paper, glyph by glyph, and would turn
 * the letters of a ligature around; as one character it stays what it is.
 */
function meaningOf(codePoints: readonly number[]): string {
  const letters = String.fromCodePoint(...codePoints);
  return LIGATURES.get(letters) ?? letters;
}

/** Six capital letters that tell this subset from others (9.6.4). */
function subsetTag(name: string): string {
  const digits = name.replaceAll(/\D/g, '').padStart(6, '0').slice(-6);
  return Array.from(digits, (digit) => String.fromCharCode(65 + Number(digit))).join('');
}

const MOST_IN_A_BLOCK = 100;

/** What each code means, so that text can be searched and copied (9.10.3). */
function toUnicode(used: ReadonlyMap<number, UsedGlyph>): string {
  const rows = [...used]
    .filter(([, { unicode }]) => unicode !== '')
    .map(([code, { unicode }]) => `<${hex(code)}> <${utf16(unicode)}>`);
  const blocks: string[] = [];
  for (let at = 0; at < rows.length; at += MOST_IN_A_BLOCK) {
    const some = rows.slice(at, at + MOST_IN_A_BLOCK);
    blocks.push(`${some.length} beginbfchar\n${some.join('\n')}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
${blocks.join('\n')}
endcmap
CMapName currentdict /CMap defineresource pop
end
end`;
}
