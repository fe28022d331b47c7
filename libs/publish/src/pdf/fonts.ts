import { Face } from './face.js';

export type Weight = 'regular' | 'bold' | 'italic' | 'boldItalic';

/** A family that is there when it is needed. */
interface Family {
  readonly id: string;
  /** Characters for which it is fetched. */
  readonly covers: RegExp;
  /** Other weights than these fall back to the nearest. */
  readonly weights: readonly Weight[];
}

/** In the order in which a letter looks for its font. */
const FAMILIES = [
  {
    id: 'latin',
    covers:
      /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Devanagari}\p{Script=Common}\p{Script=Inherited}]/u,
    weights: ['regular', 'bold', 'italic', 'boldItalic'],
  },
  { id: 'arabic', covers: /\p{Script_Extensions=Arabic}/u, weights: ['regular', 'bold'] },
  { id: 'hebrew', covers: /\p{Script=Hebrew}/u, weights: ['regular', 'bold'] },
  { id: 'armenian', covers: /\p{Script=Armenian}/u, weights: ['regular', 'bold'] },
  { id: 'georgian', covers: /\p{Script=Georgian}/u, weights: ['regular', 'bold'] },
  { id: 'thai', covers: /\p{Script=Thai}/u, weights: ['regular', 'bold'] },
  { id: 'korean', covers: /\p{Script=Hangul}/u, weights: ['regular', 'bold'] },
  // the last one has many signs that the others lack
  {
    id: 'chinese',
    covers: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Common}]/u,
    weights: ['regular', 'bold'],
  },
] as const satisfies readonly Family[];

export type FontFamily = (typeof FAMILIES)[number]['id'];

/** Brings the bytes of a font (TrueType, OpenType or WOFF); undefined where it is not installed. */
export type FontSource = (family: FontFamily, weight: Weight) => Promise<Uint8Array | undefined>;

/** A text and the weights in which it stands. */
export interface Wanted {
  readonly text: string;
  readonly weights: ReadonlySet<Weight>;
}

/** The fonts of one file: as many as its text needs. */
export class Fonts {
  private readonly faces = new Map<string, Face>();
  private readonly missing = new Set<string>();

  private constructor(private readonly source: FontSource) {}

  /** Fetches what the text needs. @throws an error where there is not even the first family */
  static async for(wanted: Wanted, source: FontSource): Promise<Fonts> {
    const fonts = new Fonts(source);
    let open = new Set(Array.from(wanted.text).filter((character) => !/\p{Cc}/u.test(character)));
    for (const family of FAMILIES) {
      const isFirst = family.id === 'latin';
      if (!isFirst && ![...open].some((character) => family.covers.test(character))) continue;
      await fonts.load(family, wanted.weights);
      const face = fonts.faces.get(`${family.id} regular`);
      if (!face && isFirst) throw new Error('the fonts for exports are not installed');
      if (face) open = new Set([...open].filter((character) => !face.has(character.codePointAt(0) ?? 0)));
    }
    for (const character of open) if (!isIgnorable(character)) fonts.missing.add(character);
    return fonts;
  }

  /** Characters that no font has; they stand as empty boxes. */
  get unprintable(): readonly string[] {
    return [...this.missing];
  }

  /** All that were fetched. */
  get all(): readonly Face[] {
    return [...new Set(this.faces.values())];
  }

  /**
   * The face for a character. What is no letter goes with the text around it, where that face has it, so that words are
   * not cut.
   */
  faceFor(character: string, weight: Weight, around: Face | undefined): Face {
    const codePoint = character.codePointAt(0) ?? 0;
    if (around?.has(codePoint) && !/\p{L}/u.test(character)) return around;
    for (const { id } of FAMILIES) {
      const face = this.faces.get(`${id} ${weight}`);
      if (face?.has(codePoint)) return face;
    }
    return around ?? this.first(weight);
  }

  private first(weight: Weight): Face {
    const face = this.faces.get(`latin ${weight}`) ?? this.faces.get('latin regular');
    if (!face) throw new Error('the first family is always there');
    return face;
  }

  /** Each weight of a family; those that it lacks are their nearest. */
  private async load({ id, weights }: Family, wanted: ReadonlySet<Weight>): Promise<void> {
    for (const weight of new Set<Weight>(['regular', ...wanted])) {
      const nearest = nearestOf(weight, weights);
      const known = this.faces.get(`${id} ${nearest}`);
      const face = known ?? (await this.fetch(id as FontFamily, nearest));
      if (!face) return;
      this.faces.set(`${id} ${nearest}`, face);
      this.faces.set(`${id} ${weight}`, face);
    }
  }

  private async fetch(family: FontFamily, weight: Weight): Promise<Face | undefined> {
    const bytes = await this.source(family, weight);
    return bytes && new Face(bytes, `F${this.all.length + 1}`);
  }
}

function nearestOf(weight: Weight, weights: readonly Weight[]): Weight {
  if (weights.includes(weight)) return weight;
  return weight === 'boldItalic' ? 'bold' : 'regular';
}

/** Marks of direction, joiners and the like have no shape and need none. */
const isIgnorable = (character: string): boolean => /\p{Default_Ignorable_Code_Point}/u.test(character);
