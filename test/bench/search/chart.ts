/** One line of a chart. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 760;
const HEIGHT = 440;
const EDGE = { left: 72, right: 150, top: 48, bottom: 56 };
const STEPS = 5;

/** A line chart as SVG: the horizontal axis by tens, the vertical one from zero. */
export function lineChart(
  title: string,
  axes: { readonly x: string; readonly y: string },
  lines: readonly Line[],
): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(({ x }) => Math.log10(x));
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const top = roundUp(Math.max(...points.map(({ y }) => y)));
  const inner = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const across = (x: number): number =>
    EDGE.left + (inner.width * (Math.log10(x) - least)) / Math.max(most - least, 1e-9);
  const up = (y: number): number => EDGE.top + inner.height * (1 - y / top);
  const marks = Array.from({ length: STEPS + 1 }, (_, step) => (top * step) / STEPS);
  const grid = marks.map((y) => gridLine(up(y), number(y)));
  const sizes = [...new Set(points.map(({ x }) => x))].map((x) =>
    words(across(x), HEIGHT - EDGE.bottom + 20, x.toLocaleString('en'), 'middle'),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${String(EDGE.left)}" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    ...grid,
    ...sizes,
    words(EDGE.left + inner.width / 2, HEIGHT - 14, axes.x, 'middle'),
    words(EDGE.left - 8, EDGE.top - 10, axes.y, 'end'),
    ...lines.flatMap((line) => drawn(line, across, up)),
    '</svg>\n',
  ].join('\n');
}

function drawn({ name, colour, points }: Line, across: (x: number) => number, up: (y: number) => number): string[] {
  const places = points.map(({ x, y }) => `${number(across(x))},${number(up(y))}`);
  const last = points.at(-1);
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map((place) => {
      const [x = '', y = ''] = place.split(',');
      return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`;
    }),
    ...(last ? [words(across(last.x) + 8, up(last.y) + 4, name, 'start', colour)] : []),
  ];
}

function gridLine(y: number, label: string): string {
  const right = String(WIDTH - EDGE.right);
  const rule = `<line x1="${String(EDGE.left)}" x2="${right}" y1="${number(y)}" y2="${number(y)}" stroke="#d0d0d0"/>`;
  return rule + words(EDGE.left - 8, y + 4, label, 'end');
}

function words(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', colour = '#333333'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" fill="${colour}">${escaped(text)}</text>`;
}

const number = (value: number): string => String(Number(value.toFixed(1)));
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  const step = [1, 2, 5, 10].find((factor) => value <= factor * power) ?? 10;
  return step * power;
}
