import { strToU8 } from 'fflate';

import type { PlacedGlyph } from './face.js';
import { decimal, dictionary } from './file.js';
import type { Canvas } from './flow.js';
import { scaleOf, widthOf } from './lines.js';
import type { Line } from './lines.js';
import type { Piece } from './pieces.js';

/** A4, in points. */
export const PAGE = { width: 595.28, height: 841.89 } as const;

/** How far a raised text stands above the line, in sizes. */
const RISE = 0.35;

/** The content of one page (ISO 32000-1, 8 and 9) while it is drawn. */
export class PageCanvas implements Canvas {
  private readonly operators: string[] = [];
  /** Links as annotations. */
  readonly links: string[] = [];
  /** Faces that stand on the page, by name. */
  readonly faces = new Map<string, Piece['shaped']['face']>();

  get bytes(): Uint8Array {
    return strToU8(this.operators.join('\n'), true);
  }

  line({ pieces }: Line, x: number, baseline: number, size: number, grey: number): void {
    let at = x;
    for (const piece of pieces) {
      const scaled = size * scaleOf(piece.style);
      const lift = piece.style.raised ? size * RISE : 0;
      this.text(piece, at, baseline - lift, scaled, grey);
      const width = (widthOf(piece) * size) / 1000;
      if (piece.style.underline) this.bar(at, baseline + size * 0.12, width, size * 0.05, grey);
      if (piece.style.href !== undefined) this.link(piece.style.href, at, baseline, width, size);
      at += width;
    }
  }

  bar(x: number, top: number, width: number, height: number, grey: number): void {
    const place = [x, PAGE.height - top - height, width, height].map(decimal).join(' ');
    this.operators.push(`${decimal(grey)} g ${place} re f`);
  }

  /** A line that runs upwards across the page, in the light of a watermark; no part of the text (14.8.2.2). */
  watermark({ pieces }: Line, x: number, y: number, size: number, angle: number): void {
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    this.operators.push('/Artifact << /Type /Pagination /Subtype /Watermark >> BDC q');
    let at = 0;
    for (const piece of pieces) {
      const matrix = [cosine, sine, -sine, cosine, x + at * cosine, PAGE.height - y + at * sine].map(decimal).join(' ');
      this.show(piece, `${matrix} Tm`, size, 0.9);
      at += (widthOf(piece) * size) / 1000;
    }
    this.operators.push('Q EMC');
  }

  /** What `draw` draws is furniture of the page and no part of the text. */
  artifact(draw: () => void): void {
    this.operators.push('/Artifact << /Type /Pagination >> BDC');
    draw();
    this.operators.push('EMC');
  }

  private text(piece: Piece, x: number, baseline: number, size: number, grey: number): void {
    this.show(piece, `1 0 0 1 ${decimal(x)} ${decimal(PAGE.height - baseline)} Tm`, size, grey);
  }

  private show({ shaped }: Piece, matrix: string, size: number, grey: number): void {
    if (shaped.glyphs.length === 0) return;
    this.faces.set(shaped.face.name, shaped.face);
    const glyphs = showing(shaped.glyphs, size);
    this.operators.push(`BT ${decimal(grey)} g /${shaped.face.name} ${decimal(size)} Tf ${matrix} ${glyphs} ET`);
  }

  private link(href: string, x: number, baseline: number, width: number, size: number): void {
    const bottom = PAGE.height - baseline - size * 0.25;
    const box = [x, bottom, x + width, bottom + size * 1.2].map(decimal).join(' ');
    // an address may hold letters beyond ASCII; a URI may not
    const action = dictionary({
      S: '/URI',
      URI: `(${encodeURI(decodeURISafely(href)).replaceAll(/[()\\]/g, '\\$&')})`,
    });
    this.links.push(dictionary({ Type: '/Annot', Subtype: '/Link', Rect: `[${box}]`, Border: '[0 0 0]', A: action }));
  }
}

/** Shown glyph by glyph where some are shifted, else in one go with what differs from the font's own widths. */
function showing(glyphs: readonly PlacedGlyph[], size: number): string {
  if (glyphs.every(({ dx, dy }) => dx === 0 && dy === 0)) return `[${adjusted(glyphs)}] TJ`;
  return glyphs
    .map((glyph) => {
      const shift = `${decimal(-glyph.dx)} <${glyph.code}> ${decimal(glyph.dx + glyph.width - glyph.advance)}`;
      return `${decimal((glyph.dy * size) / 1000)} Ts [${shift}] TJ`;
    })
    .concat('0 Ts')
    .join(' ');
}

/** Codes and, between them, by how much less than its width a glyph takes. */
function adjusted(glyphs: readonly PlacedGlyph[]): string {
  let text = '';
  let open = '';
  for (const { code, width, advance } of glyphs) {
    open += code;
    const less = width - advance;
    if (Math.abs(less) < 0.5) continue;
    text += `<${open}> ${decimal(less)} `;
    open = '';
  }
  return open === '' ? text : `${text}<${open}>`;
}

function decodeURISafely(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
