import { useIntl } from 'react-intl';
import type { IntlShape } from 'react-intl';

interface WhenProps {
  /** RFC 3339. */
  readonly time: string;
  /** IANA name of the post's zone, which is told beside the reader's. */
  readonly zone?: string | undefined;
  /** `short`: the time alone today, with the day before that; `date`: the day alone. */
  readonly style?: 'short' | 'date';
}

/** A time in the reader's own zone; its title has the post's zone and UTC. */
export function When({ time, zone, style = 'short' }: WhenProps) {
  const intl = useIntl();
  const zones = zone === undefined ? ['UTC'] : [zone, 'UTC'];
  const full = zones.map((timeZone) => `${intl.formatDate(time, { ...FULL, timeZone })} (${timeZone})`);
  return (
    <time dateTime={time} title={full.join('\n')}>
      {style === 'date' ? intl.formatDate(time, { dateStyle: 'medium' }) : shortOf(time, intl)}
    </time>
  );
}

const FULL = { dateStyle: 'medium', timeStyle: 'short' } as const;

function shortOf(time: string, intl: IntlShape): string {
  const isToday = new Date(time).toDateString() === new Date().toDateString();
  return intl.formatDate(time, isToday ? { timeStyle: 'short' } : FULL);
}
