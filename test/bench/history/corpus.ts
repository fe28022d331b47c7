import { randomFrom } from '../../support/clientsRandom.js';

/** The most frequent words, so that the language of a message is English. */
const FUNCTION_WORDS =
  'the of and to in a is that for it as was with be by on not this are or from at which but have an had they were their all we has there';

/** Words by their rank: a few are in every message, most in hardly any, as in what people write. */
export class Corpus {
  private readonly random: () => number;
  readonly words: readonly string[];

  constructor(
    seed: number,
    private readonly persons: readonly string[],
    vocabulary = 20_000,
  ) {
    this.random = randomFrom(seed);
    const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za'.split(' ');
    const pick = (): string => syllables[this.below(syllables.length)] ?? '';
    const made = new Set(FUNCTION_WORDS.split(' '));
    while (made.size < vocabulary) made.add(Array.from({ length: 2 + this.below(3) }, pick).join(''));
    this.words = [...made];
  }

  /** 5 to 60 words. */
  text(): string {
    return `${Array.from({ length: 5 + this.below(56) }, () => this.word()).join(' ')}.`;
  }

  /** By the law of Zipf: the word of rank n is about as frequent as 1/n. */
  word(): string {
    const rank = Math.floor(this.words.length ** this.random()) - 1;
    return this.words[rank] ?? '';
  }

  person(): string {
    return this.persons[this.below(this.persons.length)] ?? '';
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}
