import { useIntl } from 'react-intl';

import type { RevokedDevice } from '../../worker/keys/protocol.js';
import { useText } from '../../text/text.js';
import { Chart } from '../../ui/chart.js';
import { Progress } from '../../ui/progress.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { Loaded, Part, Sheet } from './parts.js';
import { useTerm } from './words.js';

const AGAIN_MS = 3_000;
const DAY_MS = 86_400_000;
const DAYS = 30;

/** Devices that are no longer trusted, and the conversations that they have still to be removed from. */
export default function Revocations() {
  const text = useText();
  const query = useAsked(['revocations'], (desk) => desk.keys.revocations(), AGAIN_MS);
  return (
    <Sheet title={text('office.revocations')}>
      <Loaded query={query}>
        {(devices) =>
          devices.length === 0 ? (
            <p className={styles['good']}>{text('revocations.none')}</p>
          ) : (
            <All devices={devices} />
          )
        }
      </Loaded>
    </Sheet>
  );
}

function All({ devices }: { readonly devices: readonly RevokedDevice[] }) {
  const text = useText();
  return (
    <>
      <Part title={text('revocations.progress')}>
        <Whole devices={devices} />
      </Part>
      <OverDays devices={devices} />
      <DeviceTable devices={devices} />
    </>
  );
}

function Whole({ devices }: { readonly devices: readonly RevokedDevice[] }) {
  const text = useText();
  const left = devices.reduce((sum, device) => sum + device.left, 0);
  const present = devices.reduce((sum, device) => sum + device.present, 0);
  return <Progress label={text('revocations.removed')} done={left} total={left + present} />;
}

function OverDays({ devices }: { readonly devices: readonly RevokedDevice[] }) {
  const text = useText();
  const intl = useIntl();
  const days = Array.from({ length: DAYS }, (_, index) => new Date(Date.now() - (DAYS - 1 - index) * DAY_MS));
  const points = days.map((day) => ({
    x: intl.formatDate(day, { day: 'numeric', month: 'short' }),
    y: devices.filter(({ revokedAt }) => new Date(revokedAt).toDateString() === day.toDateString()).length,
  }));
  return <Chart title={text('revocations.overDays')} series={[{ label: text('person.deviceList'), points }]} />;
}

function DeviceTable({ devices }: { readonly devices: readonly RevokedDevice[] }) {
  const text = useText();
  const term = useTerm();
  const cell = (device: RevokedDevice, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{device.personName}</bdi>;
    if (column === 'device') return <bdi>{device.name}</bdi>;
    if (column === 'reason') return term('reason', device.reason);
    if (column === 'at') return <When time={device.revokedAt} />;
    if (column === 'statement') return device.statement;
    const { left, present } = device;
    return present === 0 ? text('revocations.done', { count: left }) : text('revocations.left', { count: present });
  };
  return (
    <Table
      label={text('office.revocations')}
      columns={[
        { id: 'person', text: text('person.name'), isRowHeader: true },
        { id: 'device', text: text('device.name') },
        { id: 'reason', text: text('revoke.reason') },
        { id: 'at', text: text('log.at') },
        { id: 'statement', text: text('log.number') },
        { id: 'progress', text: text('revocations.groups') },
      ]}
      rows={devices}
      rowId={({ id }) => id}
      cell={cell}
      empty={null}
    />
  );
}
