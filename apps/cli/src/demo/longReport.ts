/** Sentences with gaps such as {station}, and what fills them. `number` and `small` are filled with numbers. */
export interface ReportTemplates {
  readonly title: string;
  readonly opening: string;
  readonly closing: string;
  readonly sections: readonly { readonly heading: string; readonly sentences: readonly string[] }[];
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

const GAP = /\{([a-z]+)\}/gu;
const SENTENCES_IN_A_PARAGRAPH = 5;
const SEED = 20_261_121;

/** A report of exactly `words` words, the same at every call. */
export function longReport(templates: ReportTemplates, words: number): string {
  const next = randomNumbers(SEED);
  const blocks = [templates.title, templates.opening];
  const room = words - countWords(templates.closing);
  let written = blocks.reduce((sum, block) => sum + countWords(block), 0);
  for (let section = 0; written < room; section += 1) {
    for (const block of sectionBlocks(templates, section, next)) {
      const fitting = firstWords(block, room - written);
      if (fitting !== '') blocks.push(fitting);
      written += countWords(fitting);
    }
  }
  return [...blocks, templates.closing].join('\n\n');
}

export const countWords = (text: string): number => text.split(/\s+/u).filter((word) => word !== '').length;

const firstWords = (text: string, count: number): string => text.split(' ').slice(0, Math.max(0, count)).join(' ');

function sectionBlocks({ sections, slots }: ReportTemplates, index: number, next: () => number): string[] {
  const section = sections[index % sections.length];
  if (!section) return [];
  const paragraphs = Array.from({ length: 4 }, () =>
    Array.from({ length: SENTENCES_IN_A_PARAGRAPH }, () => fill(pick(section.sentences, next), slots, next)).join(' '),
  );
  return [`${index + 1}. ${section.heading}`, ...paragraphs];
}

function fill(sentence: string, slots: ReportTemplates['slots'], next: () => number): string {
  return sentence.replaceAll(GAP, (_, name: string) => {
    if (name === 'number') return String(20 + (next() % 380));
    if (name === 'small') return String(2 + (next() % 17));
    return pick(slots[name] ?? [name], next);
  });
}

function pick(choices: readonly string[], next: () => number): string {
  return choices[next() % choices.length] ?? '';
}

/** A linear congruential generator (Numerical Recipes' constants): the same text on every machine, nothing more is asked of it. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8; // the low bits of such a generator hardly change
  };
}
