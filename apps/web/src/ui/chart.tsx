import { useIntl } from 'react-intl';

import { useText } from '../text/text.js';
import styles from './chart.module.css';

export interface ChartSeries {
  readonly label: string;
  readonly points: readonly { readonly x: string; readonly y: number }[];
}

interface ChartProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
}

/** Numbers over days or steps, as lines; the same numbers stand in a table behind. Places on the axis are taken from all series, in their order. */
export function Chart({ title, series }: ChartProps) {
  const { formatNumber } = useIntl();
  const places = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))];
  const top = niceTop(Math.max(1, ...series.flatMap(({ points }) => points.map(({ y }) => y))));
  return (
    <figure className={styles['figure']}>
      <figcaption>{title}</figcaption>
      <div className={styles['drawing']} dir="ltr" aria-hidden="true">
        <ol className={styles['scale']}>
          {[top, top / 2, 0].map((value) => (
            <li key={value}>{formatNumber(value)}</li>
          ))}
        </ol>
        <svg className={styles['lines']} viewBox="0 0 100 100" preserveAspectRatio="none">
          <path className={styles['grid']} d="M0 0H100M0 50H100M0 100H100" />
          {series.map(({ label, points }, index) => (
            <path
              key={label}
              className={styles['line']}
              data-series={index}
              data-point={points.length === 1}
              d={pathOf(points, places, top)}
            />
          ))}
        </svg>
        <ol className={styles['places']}>
          {ends(places).map((place) => (
            <li key={place}>
              <bdi>{place}</bdi>
            </li>
          ))}
        </ol>
      </div>
      <Legend series={series} />
      <Numbers series={series} places={places} title={title} />
    </figure>
  );
}

/** Which line is which, by its dashes first. */
function Legend({ series }: { readonly series: readonly ChartSeries[] }) {
  if (series.length < 2) return null;
  return (
    <ul className={styles['legend']}>
      {series.map(({ label }, index) => (
        <li key={label}>
          <svg viewBox="0 0 28 8" aria-hidden="true" className={styles['sample']}>
            <path className={styles['line']} data-series={index} d="M0 4H28" />
          </svg>
          <bdi>{label}</bdi>
        </li>
      ))}
    </ul>
  );
}

interface NumbersProps extends ChartProps {
  readonly places: readonly string[];
}

function Numbers({ title, series, places }: NumbersProps) {
  const text = useText();
  const { formatNumber } = useIntl();
  return (
    <details className={styles['numbers']}>
      <summary>{text('ui.numbers')}</summary>
      <table aria-label={title}>
        <thead>
          <tr>
            <td />
            {series.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={place}>
              <th scope="row">{place}</th>
              {series.map(({ label, points }) => {
                const point = points.find(({ x }) => x === place);
                return <td key={label}>{point ? formatNumber(point.y) : '—'}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** One point is a dot: a line of no length, with round ends. */
function pathOf(points: ChartSeries['points'], places: readonly string[], top: number): string {
  const steps = points.map(({ x, y }) => {
    const across = places.length < 2 ? 50 : (places.indexOf(x) / (places.length - 1)) * 100;
    return `${across.toFixed(2)} ${(100 - (y / top) * 100).toFixed(2)}`;
  });
  return steps.length === 1 ? `M${steps.join('')}h0` : `M${steps.join('L')}`;
}

/** The next of 2, 4, 10, 20, 40, 100 …, so that half of it is a whole number. */
function niceTop(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(most));
  return [2 * ten, 4 * ten, 10 * ten].find((top) => top >= most) ?? 20 * ten;
}

function ends(places: readonly string[]): readonly string[] {
  const few = [places[0], places[Math.floor(places.length / 2)], places.at(-1)];
  return [...new Set(few)].filter((place) => place !== undefined);
}
