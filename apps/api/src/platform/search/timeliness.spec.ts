import { periodsNamed, timeliness } from './timeliness.js';

const part = (text: string, language: string) => periodsNamed(text, language).map((period) => period.part);

test('a year is a time, another number is not', () => {
  expect(periodsNamed('votes in 1967 and 1968, 2500 ships, 20,000 tons', 'en').map(({ year }) => year)).toEqual([
    1967, 1968,
  ]);
  expect(periodsNamed('nothing', 'en')).toEqual([]);
});

test('months, seasons and thirds of a year stand beside it, in each language', () => {
  const may = { firstDay: 19670501, lastDay: 19670531 };
  expect(part('a note of May 1967', 'en')).toEqual([may]);
  expect(part('la note du 5 mai 1967', 'fr')).toEqual([may]);
  expect(part('nota de mayo de 1967', 'es')).toEqual([may]);
  expect(part('нота от 5 мая 1967 года', 'ru')).toEqual([may]);
  expect(part('مذكرة مايو 1967', 'ar')).toEqual([may]);
  expect(part('1967年5月的照会', 'zh')).toContainEqual(may);
  expect(part('in mid-1968', 'en')).toEqual([{ firstDay: 19680501, lastDay: 19680831 }]);
  expect(part('late in 1948', 'en')).toEqual([{ firstDay: 19480901, lastDay: 19481231 }]);
  expect(part('the summer of 1957', 'en')).toEqual([{ firstDay: 19570601, lastDay: 19570831 }]);
  expect(part('May had said so many other things before 1957', 'en')).toEqual([undefined]);
});

test('a paper of the month answers better than one of the year, that better than others', () => {
  const periods = periodsNamed('May 1967', 'en');
  const of = (firstDay: number, lastDay = firstDay) => timeliness(periods, { firstDay, lastDay });
  expect(of(19670523)).toBeGreaterThan(of(19670123));
  expect(of(19670101, 19671231)).toBe(of(19670123));
  expect(of(19670123)).toBeGreaterThan(of(19680123));
  expect([of(19680123), of(0)]).toEqual([1, 1]);
});
