/** What is used of packages that bring no types of their own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
    /** Code points that it stands for: several for a ligature, none for what a sequence was taken apart into. */
    readonly codePoints: readonly number[];
    /** In units of the font. */
    readonly advanceWidth: number;
  }
  export interface GlyphPosition {
    readonly xAdvance: number;
    readonly xOffset: number;
    readonly yOffset: number;
  }
  /** Glyphs from left to right, whatever the direction of the text. */
  export interface GlyphRun {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly GlyphPosition[];
  }
  export interface Subset {
    /** The number of a glyph in the subset. */
    includeGlyph(id: number): number;
    encode(): Uint8Array;
  }
  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly italicAngle: number;
    readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
    /** Table directory; outlines are in `CFF ` or in `glyf`. */
    readonly directory: { readonly tables: Readonly<Record<string, unknown>> };
    hasGlyphForCodePoint(codePoint: number): boolean;
    layout(
      text: string,
      features?: readonly string[],
      script?: string,
      language?: string,
      direction?: 'ltr' | 'rtl',
    ): GlyphRun;
    createSubset(): Subset;
  }
  /** @throws an error for what is no font */
  export function create(bytes: Uint8Array): Font;
}

declare module 'bidi-js' {
  export interface Levels {
    /** For each UTF-16 code unit; odd ones run from right to left. */
    readonly levels: Uint8Array;
    readonly paragraphs: readonly { readonly level: number }[];
  }
  /** The Unicode bidirectional algorithm (UAX #9). */
  interface Bidi {
    getEmbeddingLevels(text: string, direction?: 'ltr' | 'rtl'): Levels;
    getMirroredCharacter(character: string): string | null;
  }
  export default function bidi(): Bidi;
}

declare module 'linebreak' {
  /** Where lines may break (UAX #14). */
  export default class LineBreaker {
    constructor(text: string);
    /** The next place, behind the last; null at the end. */
    nextBreak(): { readonly position: number; readonly required: boolean } | null;
  }
}
