import type { VerifiedReportView } from '../../worker/keys/protocol.js';
import { useText } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import { Failure } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useCheck } from './asking.js';
import { Code } from './parts.js';

/** Verifies the report of an evacuation, or of its rehearsal, in this browser: nothing of it is sent anywhere. */
export function EvacuationReport() {
  const text = useText();
  const verify = useCheck((desk, file: Blob) => desk.keys.verifyReport(file));
  return (
    <div className={styles['part']}>
      <label className={styles['file']}>
        {text('report.choose')}
        <span className={styles['pick']}>{text('report.pick')}</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={({ target: { files } }) => {
            const [file] = files ?? [];
            if (file) verify.mutate(file);
          }}
        />
      </label>
      <Failure error={verify.error} />
      {verify.data && <Verified report={verify.data} />}
    </div>
  );
}

function Verified({ report: { kind, body, signer, log, isOwnMinistry } }: { readonly report: VerifiedReportView }) {
  const text = useText();
  const devices = body.people.flatMap((person) => person.devices);
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== undefined).length;
  return (
    <div role="status" className={styles['part']}>
      <p className={styles['good']}>
        {text(kind === 'evacuation' ? 'report.evacuation' : 'report.rehearsal', { revoked, devices: devices.length })}
      </p>
      {!isOwnMinistry && <p className={styles['warning']}>{text('report.foreign')}</p>}
      <Facts
        facts={[
          [text('evacuation.mission'), body.post.name],
          [text('log.signedBy'), signer.personName],
          [text('log.at'), <When time={body.madeAt} />],
          [text('report.log'), text('report.statements', { count: log.size })],
          [text('log.tree'), <Code>{log.root}</Code>],
        ]}
      />
      <p className={styles['quiet']}>{text('report.how')}</p>
    </div>
  );
}
