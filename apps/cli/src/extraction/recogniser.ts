import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { Picture, PictureFile, Tools } from '#ingest';

const LANGUAGE_BYTES = 64 * 1024 * 1024;
/** Neural networks only: the language data has nothing else. */
const LSTM = 1;
/** Orientation as EXIF counts it. */
const UPRIGHT = 1;
const require = createRequire(import.meta.url);

/** Where the data of a language lies, in its npm package. @throws an error where it is not installed */
export function languageFile(language: string): string {
  const folder = dirname(require.resolve(`@tesseract.js-data/${language}/package.json`));
  return join(folder, '4.0.0_best_int', `${language}.traineddata.gz`);
}

/** Reads text off pictures, in these languages. Offline; all it needs lies in npm packages. */
export async function recogniserFor(languages: readonly string[]): Promise<NonNullable<Tools['recognise']>> {
  const { default: load } = await import('tesseract.js-core/tesseract-core-simd-lstm.wasm.js');
  const silent = (): void => undefined;
  const core = await load({ print: silent, printErr: silent });
  for (const language of languages) {
    const data = gunzipSync(readFileSync(languageFile(language)), { maxOutputLength: LANGUAGE_BYTES });
    core.FS.writeFile(`${language}.traineddata`, data);
  }
  const recognition = new core.TessBaseAPI();
  if (recognition.Init('./', languages.join('+'), LSTM) !== 0) throw new Error('the recogniser does not start');
  return (picture) => {
    const { file, orientation } = fileOf(picture);
    core.FS.writeFile('/input', file);
    if (recognition.SetImageFile(orientation, 0) !== 0 || recognition.Recognize(null) !== 0)
      return Promise.resolve(undefined);
    const text = recognition.GetUTF8Text();
    recognition.Clear();
    return Promise.resolve(text);
  };
}

const fileOf = (picture: Picture | PictureFile): PictureFile =>
  'file' in picture ? picture : { file: bitmapOf(picture), orientation: UPRIGHT };

/** A portable pixmap (PPM) or graymap (PGM), which need no compression. */
function bitmapOf({ width, height, channels, data }: Picture): Uint8Array {
  const kept = channels === 1 ? 1 : 3;
  const header = Buffer.from(`P${kept === 1 ? 5 : 6}\n${width} ${height}\n255\n`);
  const pixels = Buffer.alloc(width * height * kept);
  for (let at = 0; at < width * height; at += 1)
    for (let channel = 0; channel < kept; channel += 1)
      pixels[at * kept + channel] = data[at * channels + channel] ?? 0;
  return Buffer.concat([header, pixels]);
}
