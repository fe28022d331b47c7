import type { Picture, Tools } from './extraction.js';

/** Smaller ones are seals, lines and signatures; larger ones take more memory than there is. */
const LEAST_PIXELS = 20_000;
export const MOST_PIXELS = 40_000_000;

type Size = Pick<Picture, 'width' | 'height'>;

export const isTooSmall = ({ width, height }: Size): boolean => width * height < LEAST_PIXELS;

/** The text on the pictures of one page of a PDF, one below the other. */
export async function textOnPictures(
  document: object,
  page: number,
  recognise: NonNullable<Tools['recognise']>,
): Promise<string> {
  const { extractImages } = await import('unpdf');
  // the document is the reader's own; its types ask for a browser
  const pictures: Picture[] = await extractImages(document as never, page);
  const texts: string[] = [];
  for (const picture of pictures) {
    const isTooLarge = picture.width * picture.height > MOST_PIXELS;
    if (!isTooSmall(picture) && !isTooLarge) texts.push(((await recognise(picture)) ?? '').trim());
  }
  return texts.filter((text) => text !== '').join('\n\n');
}
