import { paperText } from './paperText.js';

const sentence = (at: number) => `Sentence number ${String(at)} of a long paper about the river and its water.`;

test('a short paper is sent whole: title, summary and body', () => {
  expect(paperText({ title: 'River', summary: 'Water', body: 'One.\n\nTwo.', footnotes: 'never' })).toBe(
    'River\n\nWater\n\nOne.\n\nTwo.',
  );
  expect(paperText({})).toBe('');
});

test('of a long one whole passages from the beginning, up to a bound', () => {
  const body = Array.from({ length: 2000 }, (_, at) => sentence(at)).join(' ');
  const text = paperText({ title: 'River', body });
  expect(text.length).toBeGreaterThan(4000);
  expect(text.length).toBeLessThanOrEqual(6010);
  expect(text.endsWith('its water.')).toBe(true);
  expect(body.startsWith(text.slice('River\n\n'.length))).toBe(true);
});
