import { readFile } from 'node:fs/promises';

import type { FontFamily, FontSource, Weight } from '#publish';

import { packagePath } from '../root.js';

type Files = Partial<Record<Weight, string>>;

const woff = (script: string): Files => ({
  regular: `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-400-normal.woff`,
  bold: `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-700-normal.woff`,
});

/** Where the fonts of npm packages lie. Those of the last two families are large, and may be missing. */
const FILES: Readonly<Record<FontFamily, Files>> = {
  latin: {
    regular: '@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf',
    bold: '@embedpdf/fonts-latin/fonts/NotoSans-Bold.ttf',
    italic: '@embedpdf/fonts-latin/fonts/NotoSans-Italic.ttf',
    boldItalic: '@embedpdf/fonts-latin/fonts/NotoSans-BoldItalic.ttf',
  },
  arabic: {
    regular: '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf',
    bold: '@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf',
  },
  hebrew: {
    regular: '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Regular.ttf',
    bold: '@embedpdf/fonts-hebrew/fonts/NotoSansHebrew-Bold.ttf',
  },
  armenian: woff('armenian'),
  georgian: woff('georgian'),
  thai: woff('thai'),
  korean: {
    regular: '@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf',
    bold: '@embedpdf/fonts-kr/fonts/NotoSansKR-Bold.otf',
  },
  chinese: {
    regular: '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
    bold: '@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf',
  },
};

const read = new Map<string, Promise<Uint8Array | undefined>>();

/** Fonts from the installed packages, each read once; undefined where one is not installed. */
export const fontFiles: FontSource = async (family, weight) => {
  const path = FILES[family][weight];
  if (path === undefined) return undefined;
  const bytes = read.get(path) ?? readIfThere(packagePath('node_modules', path));
  read.set(path, bytes);
  return bytes;
};

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
