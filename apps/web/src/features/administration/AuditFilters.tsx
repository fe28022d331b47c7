import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { DayField } from '../../ui/day.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { PersonChoice } from './PersonChoice.js';
import { useTerm } from './words.js';

/** What is looked for; days as the browser's fields write them. */
export interface AuditFilter {
  readonly kind?: string | undefined;
  readonly personId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const KINDS = ['statement', 'act', 'login', 'refusal', 'export', 'downgrade', 'clock'] as const;
const ALL = 'all';

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const text = useText();
  const term = useTerm();
  return (
    <search className={styles['row']}>
      <Choice
        label={text('audit.kind')}
        value={filter.kind ?? ALL}
        onChange={(kind) => {
          onChange({ ...filter, kind: kind === ALL ? undefined : kind });
        }}
        options={[
          { id: ALL, text: text('audit.allKinds') },
          ...KINDS.map((id) => ({ id, text: term('auditKind', id) })),
        ]}
      />
      <PersonChoice
        label={text('audit.who')}
        personId={filter.personId}
        onChange={(personId) => {
          onChange({ ...filter, personId, deviceId: undefined });
        }}
      />
      {filter.personId !== undefined && <DeviceChoice personId={filter.personId} filter={filter} onChange={onChange} />}
      <DayField
        label={text('audit.since')}
        value={filter.since ?? ''}
        onChange={(since) => {
          onChange({ ...filter, since: since === '' ? undefined : since });
        }}
      />
      <DayField
        label={text('audit.until')}
        value={filter.until ?? ''}
        onChange={(until) => {
          onChange({ ...filter, until: until === '' ? undefined : until });
        }}
      />
    </search>
  );
}

function DeviceChoice({ personId, filter, onChange }: AuditFiltersProps & { readonly personId: string }) {
  const text = useText();
  const { data } = useAsked(['person', personId], (desk) => desk.administration.person(personId));
  return (
    <Choice
      label={text('device.name')}
      value={filter.deviceId ?? ALL}
      onChange={(id) => {
        onChange({ ...filter, deviceId: id === ALL ? undefined : id });
      }}
      options={[
        { id: ALL, text: text('audit.allDevices') },
        ...(data?.deviceList ?? []).map(({ id, name }) => ({ id, text: name })),
      ]}
    />
  );
}
