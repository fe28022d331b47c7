import { parseDate, parseDateTime } from '@internationalized/date';
import type { CalendarDate, CalendarDateTime } from '@internationalized/date';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
  Text,
} from 'react-aria-components';

import { useText } from '../text/text.js';
import controls from './controls.module.css';
import styles from './day.module.css';

interface DayFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly isRequired?: boolean;
  readonly autoFocus?: boolean;
  /** `2026-11-22`, with `time` `2026-11-22T09:00`; empty while none is chosen. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Hours and minutes as well. */
  readonly time?: boolean;
}

/** A day, written and chosen as the person's language does it, whatever the browser's own is: order, names, first day of the week. */
export function DayField({ label, description, value, onChange, time = false, ...props }: DayFieldProps) {
  const text = useText();
  return (
    <DatePicker<CalendarDate | CalendarDateTime>
      {...props}
      granularity={time ? 'minute' : 'day'}
      value={valueOf(value, time)}
      onChange={(chosen) => {
        onChange(chosen?.toString().slice(0, time ? 16 : 10) ?? '');
      }}
      shouldForceLeadingZeros
      className={controls['field'] ?? ''}
    >
      <Label>{label}</Label>
      <Group className={styles['group'] ?? ''}>
        <DateInput className={styles['input'] ?? ''}>
          {(segment) => <DateSegment segment={segment} className={styles['segment'] ?? ''} />}
        </DateInput>
        <Button aria-label={text('ui.calendar')} className={styles['open'] ?? ''}>
          <span aria-hidden="true">▾</span>
        </Button>
      </Group>
      {description !== undefined && (
        <Text slot="description" className={controls['description'] ?? ''}>
          {description}
        </Text>
      )}
      <Popover className={styles['popover'] ?? ''}>
        <Dialog aria-label={text('ui.calendar')} className={styles['dialog'] ?? ''}>
          <Month />
        </Dialog>
      </Popover>
    </DatePicker>
  );
}

function Month() {
  const text = useText();
  return (
    <Calendar>
      <header className={styles['head']}>
        <Button slot="previous" aria-label={text('ui.previousMonth')} className={styles['turn'] ?? ''}>
          <span aria-hidden="true">‹</span>
        </Button>
        <Heading className={styles['month'] ?? ''} />
        <Button slot="next" aria-label={text('ui.nextMonth')} className={styles['turn'] ?? ''}>
          <span aria-hidden="true">›</span>
        </Button>
      </header>
      <CalendarGrid weekdayStyle="short">
        <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>{(date) => <CalendarCell date={date} className={styles['cell'] ?? ''} />}</CalendarGridBody>
      </CalendarGrid>
    </Calendar>
  );
}

/** Null for what is no day: the field is empty then. */
function valueOf(value: string, time: boolean): CalendarDate | CalendarDateTime | null {
  try {
    return time ? parseDateTime(value) : parseDate(value);
  } catch {
    return null;
  }
}
