import { Papers } from './likeness.js';
import type { Profile } from './likeness.js';

const paper = (score: number, ...ids: number[]): Profile => ({
  score,
  ids: Int32Array.from(ids),
  weights: new Float64Array(ids.length).fill(1),
});
const idfs = new Map([1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => [id, 1]));
const likeness = { normalising: 0.5, smoothing: 0.3, contrast: 0.5, worth: 2 };

test('a paper that is like the best one moves before one that is like nothing', () => {
  const papers = new Papers([paper(1, 1, 2, 3, 4), paper(0.5, 1, 7, 8, 9), paper(0.48, 1, 2, 3, 4)], idfs);
  const [best = 0, other = 0, like = 0] = papers.likeTheBest(likeness);
  expect(best).toBeGreaterThan(like);
  expect(like).toBeGreaterThan(other);
});

test('what every paper says counts for less than what the best say alone', () => {
  const papers = new Papers(
    [paper(1, 1, 2), paper(0.5, 2, 4), paper(0.5, 1, 3), paper(0.4, 1, 5), paper(0.4, 1, 6)],
    idfs,
  );
  const ahead = (contrast: number): number => {
    const [, telling = 0, common = 0] = papers.likeTheBest({ ...likeness, contrast });
    return telling - common;
  };
  expect(ahead(0.5)).toBeGreaterThan(ahead(0));
});

test('a paper is drawn to where those nearest to it stand', () => {
  const papers = new Papers([paper(1, 1, 2, 3), paper(0.5, 7, 8), paper(0.5, 1, 2, 3)], idfs);
  const [, far = 0, near = 0] = papers.drawnTogether([1, 0.5, 0.5], likeness, 3);
  expect(near).toBeGreaterThan(far);
});

test('papers that are not compared keep their order below those that are', () => {
  const papers = new Papers([paper(1, 1), paper(0.9, 2), paper(0.8, 3), paper(0.7, 4)], idfs);
  const [first = 0, second = 0, third = 0, fourth = 0] = papers.drawnTogether([1, 0.9, 0.8, 0.7], likeness, 2);
  expect(Math.min(first, second)).toBeGreaterThanOrEqual(third);
  expect(third).toBeGreaterThan(fourth);
});

test('terms that the reader has no numbers of count for nothing', () => {
  const papers = new Papers([paper(1, 1, 99), paper(0.5, 99), paper(0.5, 1)], idfs);
  const [, unknown = 0, known = 0] = papers.likeTheBest(likeness);
  expect(known).toBeGreaterThan(unknown);
  expect(unknown).toBe(0.5);
});
