import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

import { DeviceEntity } from '../people/person.entity.js';

/** What the server notes of a device beside its statement. */
@Entity('device_note')
export class DeviceNoteEntity {
  @ForeignKey(() => DeviceEntity, { name: 'device_note_device' })
  @PrimaryColumn({ name: 'device_id', type: 'text' })
  deviceId!: string;

  /** Another name than the statement's, signed by a device of the same person. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'named_at', type: 'timestamptz', nullable: true })
  namedAt!: Date | null;

  @Column({ name: 'named_by', type: 'text', nullable: true })
  namedBy!: string | null;

  @Column({ type: 'bytea', nullable: true })
  signature!: Buffer | null;

  /** The hour in which it last opened a session; nothing finer is kept. */
  @Column({ name: 'seen_at', type: 'timestamptz', nullable: true })
  seenAt!: Date | null;
}
