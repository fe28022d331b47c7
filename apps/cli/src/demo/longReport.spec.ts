import { canariesOf, readSamples } from './samples.js';
import { countWords } from './longReport.js';

describe('the sample messages', () => {
  const samples = readSamples();
  const messages = [...samples.beforeRevocation, ...samples.afterRevocation];

  test('one of them has exactly 20,000 words, and few of its sentences stand there twice', () => {
    const [report] = messages.filter(({ text }) => countWords(text) === 20_000);
    const sentences = (report?.text ?? '').split(/(?<=\.)\s/u);
    expect(sentences.length).toBeGreaterThan(500);
    expect(new Set(sentences).size / sentences.length).toBeGreaterThan(0.95);
  });

  test('are written in five languages by an ambassador and headquarters', () => {
    expect(new Set(messages.map(({ language }) => language))).toEqual(new Set(['en', 'fr', 'ar', 'ru', 'uz']));
    expect(new Set(messages.map(({ from }) => from))).toEqual(new Set(['headquarters', 'ambassador', 'mission']));
  });

  test('carry one canary word each, which stands nowhere else', () => {
    const everything = JSON.stringify(messages.map(({ text }) => text));
    for (const { canary, text } of messages) {
      expect(text.split(canary)).toHaveLength(2);
      expect(everything.split(canary)).toHaveLength(2);
    }
    expect(new Set(canariesOf(samples)).size).toBe(messages.length + 1);
  });

  test('are the same at every reading', () => {
    expect(readSamples()).toEqual(samples);
  });
});
