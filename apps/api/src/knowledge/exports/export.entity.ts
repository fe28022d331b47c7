import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody took documents out; which ones, the audit trail says. The id stands in what was made of them. */
@Entity('document_export')
export class ExportEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'person_id', type: 'text' })
  personId!: string;

  @Column({ name: 'device_id', type: 'text' })
  deviceId!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
