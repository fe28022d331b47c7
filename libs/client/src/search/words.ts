import { detectLanguage, terms, tokenize } from '#text';

/** FTS5's tokenizer `ascii` splits at the ASCII characters that are neither letters nor digits: none of them stays in a term. */
const SPLITTING = /[\0-/:-@[-`{-\x7f]/g;

/** A term as it stands in the index. */
export function indexed(term: string): string {
  return term.replace(SPLITTING, '_');
}

/** The words of a text, folded, in order; stop words stay, because phrases have them. */
export function foldedWords(text: string): string[] {
  return tokenize(text, '').flatMap(({ term }) => (term === '' ? [] : [indexed(term)]));
}

interface AnalysedText {
  readonly words: string;
  readonly stems: string;
  /** As `detectLanguage` gives it. */
  readonly language: string;
}

/** What the index holds of a text. */
export function analyse(text: string): AnalysedText {
  const language = detectLanguage(text);
  const words = foldedWords(text);
  const known = new Set(words);
  const stems = new Set(language === '' ? [] : terms(text, language).map(indexed));
  return { words: words.join(' '), stems: [...stems].filter((stem) => !known.has(stem)).join(' '), language };
}

/** Forms under which a word may be found: its stem in each language. */
export function stemsOf(word: string, languages: readonly string[]): string[] {
  return languages.flatMap((language) =>
    tokenize(word, language).flatMap(({ term }) => (term === '' ? [] : [indexed(term)])),
  );
}
