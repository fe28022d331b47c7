import type { AuditNote, Directory, Signer, StatementBody, VerifiedStatement } from '#transparency';

/** What the audit trail says of a statement: who signed it, whom it is about, and where the log has it. */
export function noteOf({ body, signer, cosigner, seq, id }: VerifiedStatement, directory: Directory): AuditNote {
  const about = [...subjectsOf(body), ...(cosigner ? [idOf(cosigner)] : [])].filter((one) => one !== undefined);
  return {
    kind: 'statement',
    operation: body.type,
    outcome: 'DONE',
    ...actorOf(signer, directory),
    ...(about.length > 0 && { about }),
    statement: { seq, id },
  };
}

function actorOf(signer: Signer, directory: Directory): Pick<AuditNote, 'device' | 'person'> {
  if (signer.kind === 'root') return {};
  if (signer.kind === 'person') return { person: signer.id };
  const person = directory.device(signer.id)?.person;
  return { device: signer.id, ...(person !== undefined && { person }) };
}

const idOf = (signer: Signer): string | undefined => (signer.kind === 'root' ? undefined : signer.id);

function subjectsOf(body: StatementBody): (string | undefined)[] {
  const subjects = body as { readonly person?: unknown; readonly device?: unknown; readonly post?: unknown };
  return [subjects.person, subjects.device, subjects.post].map((id) => (typeof id === 'string' ? id : undefined));
}
