import { useIntl } from 'react-intl';

import type { ServerHealth } from '../../worker/house/protocol.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { GivenUp } from './GivenUp.js';
import { Code, Loaded, Part, Sheet } from './parts.js';

const AGAIN_MS = 15_000;

/** How the server is: numbers and states, nothing of what it holds. */
export default function Health() {
  const text = useText();
  const query = useAsked(['health'], (desk) => desk.house.health(), AGAIN_MS);
  return (
    <Sheet title={text('office.health')}>
      <Loaded query={query}>
        {(health) => (
          <>
            <Server health={health} />
            <Work health={health} />
            <Storage health={health} />
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

function Server({ health }: { readonly health: ServerHealth }) {
  const text = useText();
  const { version, migration, startedAt, instances, parts } = health;
  return (
    <Part title={text('health.server')}>
      <Facts
        facts={[
          [text('health.version'), version],
          [text('health.migration'), <Code>{migration}</Code>],
          [text('health.started'), <When time={startedAt} />],
          [text('health.instances'), instances ?? text('health.unknown')],
          [text('health.backups'), text('health.backupsAbout')],
          ...parts.map(
            ({ name, isWell }) => [text(`health.part.${name}` as TextId), <State isWell={isWell} />] as const,
          ),
        ]}
      />
    </Part>
  );
}

/** In words first. */
function State({ isWell }: { readonly isWell: boolean }) {
  const text = useText();
  return (
    <span className={styles['state']} data-bad={!isWell}>
      {text(isWell ? 'health.well' : 'health.failed')}
    </span>
  );
}

function Work({ health: { indexPending, jobs } }: { readonly health: ServerHealth }) {
  const text = useText();
  return (
    <Part title={text('health.work')}>
      <Facts
        facts={[
          [
            text('health.index'),
            indexPending === 0 ? text('health.indexed') : text('health.pending', { count: indexPending }),
          ],
          [text('health.jobs'), text(jobs.isLate ? 'health.late' : 'health.onTime')],
        ]}
      />
      <GivenUp refused={jobs.refused} />
    </Part>
  );
}

function Storage({ health: { databaseGibibytes } }: { readonly health: ServerHealth }) {
  const text = useText();
  const intl = useIntl();
  const size = intl.formatNumber(databaseGibibytes, { style: 'unit', unit: 'gigabyte' });
  return (
    <Part title={text('health.storage')}>
      <p>{text('health.database', { size })}</p>
    </Part>
  );
}
