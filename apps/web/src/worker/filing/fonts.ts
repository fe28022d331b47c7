import { ChanceryError } from '#client';
import type { FontFamily, FontSource, Weight } from '#publish';

// by their places: the packages name no files, and each address has to stand here as it is to be found when this is built
const latin = new URL('../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf', import.meta.url);
const latinBold = new URL('../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-Bold.ttf', import.meta.url);
const latinItalic = new URL(
  '../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-Italic.ttf',
  import.meta.url,
);
const latinBoldItalic = new URL(
  '../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-BoldItalic.ttf',
  import.meta.url,
);
const naskh = new URL(
  '../../../../../node_modules/@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf',
  import.meta.url,
);
const naskhBold = new URL(
  '../../../../../node_modules/@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf',
  import.meta.url,
);
const hebrew = new URL(
  '../../../../../node_modules/@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Regular.ttf',
  import.meta.url,
);
const hebrewBold = new URL(
  '../../../../../node_modules/@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Bold.ttf',
  import.meta.url,
);

/** Those of the interface's own languages, and what stands beside them; the large ones of East Asia are for the command line. */
const FILES: Readonly<Partial<Record<FontFamily, Partial<Record<Weight, URL>>>>> = {
  latin: { regular: latin, bold: latinBold, italic: latinItalic, boldItalic: latinBoldItalic },
  arabic: { regular: naskh, bold: naskhBold },
  hebrew: { regular: hebrew, bold: hebrewBold },
};

const fetched = new Map<string, Promise<Uint8Array>>();

/** Fonts of this origin, each fetched once, when a paper needs it. */
export const fonts: FontSource = async (family, weight) => {
  const address = FILES[family]?.[weight]?.href;
  if (address === undefined) return undefined;
  const bytes = fetched.get(address) ?? fetchFont(address);
  fetched.set(address, bytes);
  return bytes;
};

async function fetchFont(address: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(address);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    // the same as an answer that is none
  }
  fetched.delete(address);
  throw new ChanceryError('SERVER_UNREACHABLE', 'A font could not be fetched.');
}
