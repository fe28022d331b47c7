import { genericMinistry } from '#policy';

import { asksWithin, isWithin } from './reach.js';

const labelled = (level: string, tag?: string, ...values: string[]) => ({
  policy: genericMinistry.id,
  level,
  categories: tag === undefined ? [] : [{ tag, values }],
});
const tagOf = (type: string) => genericMinistry.categories.find((category) => category.type === type);
const [needToKnow, releasable] = [tagOf('RESTRICTIVE'), tagOf('PERMISSIVE')];
const marked = (category: typeof needToKnow) => labelled('RESTRICTED', category?.tag, category?.values[0]?.id ?? '');

describe('what a service that is trusted up to a level may see', () => {
  test('papers up to the level, by the order of the policy', () => {
    const seen = genericMinistry.levels.filter(({ id }) => isWithin(labelled(id), 'RESTRICTED', genericMinistry));
    expect(seen.map(({ id }) => id)).toEqual(['UNCLASSIFIED', 'RESTRICTED']);
  });

  test('none that is restricted by anything else', () => {
    expect([needToKnow, releasable].map((one) => isWithin(marked(one), 'SECRET', genericMinistry))).toEqual([
      false,
      false,
    ]);
  });

  test('nothing at all where the policy does not know the level', () => {
    expect(isWithin(labelled('UNCLASSIFIED'), 'COSMIC', genericMinistry)).toBe(false);
    expect(isWithin(labelled('COSMIC'), 'SECRET', genericMinistry)).toBe(false);
  });

  test('questions of people who know no more than that', () => {
    const asks = (clearance: ReturnType<typeof labelled>) => asksWithin(clearance, 'RESTRICTED', genericMinistry);
    expect(asks(labelled('RESTRICTED'))).toBe(true);
    expect(asks(labelled('CONFIDENTIAL'))).toBe(false);
    expect(asks(marked(needToKnow))).toBe(false);
    expect(asks(marked(releasable))).toBe(true);
  });
});
