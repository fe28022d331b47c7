import { AlignmentType, BorderStyle, ShadingType } from 'docx';
import type { IStylesOptions } from 'docx';

const FONTS = { ascii: 'Noto Sans', hAnsi: 'Noto Sans', cs: 'Noto Naskh Arabic', eastAsia: 'Noto Sans CJK SC' };
const GREY = '666666';
/** Sizes of headings, the highest first, in half points. */
const HEADINGS = { heading1: 32, heading2: 27, heading3: 24, heading4: 22, heading5: 22, heading6: 22 } as const;

const headings = Object.fromEntries(
  Object.entries(HEADINGS).map(([name, size]) => [
    name,
    { run: { bold: true, size }, paragraph: { keepNext: true, spacing: { before: 280, after: 100 } } },
  ]),
);

/**
 * How paragraphs look.
 * @param language - BCP 47; `und` for none
 */
export function styles(language: string): IStylesOptions {
  const spoken = language === 'und' ? {} : { language: { value: language, bidirectional: language } };
  return {
    default: {
      document: {
        run: { font: FONTS, size: 21, ...spoken },
        paragraph: { spacing: { after: 130, line: 300 } },
      },
      title: { run: { bold: true, size: 36 }, paragraph: { spacing: { before: 160, after: 160 } } },
      ...headings,
      footnoteText: { run: { size: 17 }, paragraph: { spacing: { after: 40 } } },
    },
    paragraphStyles: [
      own('Head', { color: '555555', size: 20 }, { spacing: { after: 0 } }),
      own('Fact', { size: 19 }, { spacing: { after: 20 } }),
      own('Marking', { bold: true, size: 22 }, { spacing: { after: 0 }, alignment: AlignmentType.CENTER }),
      own('Stamp', { color: GREY, size: 15 }, { spacing: { after: 40 }, alignment: AlignmentType.CENTER }),
      own('Quote', { italics: true }, { indent: { left: 360 } }),
      own('Code', { size: 19 }, { shading: { type: ShadingType.CLEAR, fill: 'F2F2F2' } }),
      own('Rule', {}, { border: { bottom: { style: BorderStyle.SINGLE, size: 4, space: 1, color: '999999' } } }),
    ],
  };
}

type Style = NonNullable<IStylesOptions['paragraphStyles']>[number];

function own(id: string, run: NonNullable<Style['run']>, paragraph: NonNullable<Style['paragraph']>): Style {
  return { id, name: id, basedOn: 'Normal', run, paragraph };
}
