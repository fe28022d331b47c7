/**
 * Appends application envelopes of any number of groups, each to the end of its group's order, and returns one row for
 * each in the order in which they came; envelopes of one group stand together.
 *
 * The groups are locked first, in the order of their ids, so that two appends never wait for each other; every statement
 * after that sees what was committed before the lock was ours. A number is taken only when its row was inserted, so the
 * order has no gaps; a known idempotency key gives the place that it was given before, unless a commit or proposal has
 * it.
 *
 * Keys have 16 bytes each; payload i ends before byte ends[i] of `payloads`, where payload i + 1 begins. The settings keep
 * the plans on the indexes, whatever the statistics of a young table say.
 *
 * Later versions refuse more: `gates` are further branches of the choice, which read `held`, the group's row.
 */
export const appendEnvelopes = (gates = '') => `
  CREATE OR REPLACE FUNCTION append_envelopes(
    group_ids text[], senders text[], epochs integer[], idempotency_keys bytea, payloads bytea, ends integer[],
    epoch_window integer
  )
  RETURNS TABLE (outcome text, seq integer, accepted_at timestamptz, group_epoch integer)
  LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_bitmapscan = off
  AS $$
  #variable_conflict use_column
  DECLARE
    appended_at timestamptz;
    held mls_group;
    key bytea;
    starts integer := 0;
  BEGIN
    PERFORM 1 FROM mls_group WHERE id = ANY (group_ids) ORDER BY id FOR NO KEY UPDATE;
    appended_at := clock_timestamp();
    FOR i IN 1 .. cardinality(group_ids) LOOP
      IF held.id IS DISTINCT FROM group_ids[i] THEN
        UPDATE mls_group SET last_seq = held.last_seq WHERE id = held.id;
        SELECT * INTO held FROM mls_group WHERE id = group_ids[i];
      END IF;
      key := substring(idempotency_keys FROM (i - 1) * 16 + 1 FOR 16);
      outcome := NULL;
      seq := NULL;
      accepted_at := NULL;
      group_epoch := held.epoch;
      IF NOT EXISTS (
        SELECT 1 FROM group_member m
        WHERE m.group_id = held.id AND m.device_id = senders[i] AND m.left_seq IS NULL
      ) THEN
        outcome := 'NOT_A_MEMBER';
      ELSIF epochs[i] NOT BETWEEN held.epoch - epoch_window AND held.epoch THEN
        outcome := 'STALE_EPOCH';
      ${gates}
      ELSE
        INSERT INTO envelope (group_id, seq, kind, epoch, sender_device, idempotency_key, accepted_at, payload)
        VALUES (
          held.id, held.last_seq + 1, 'APPLICATION', epochs[i], senders[i], key, appended_at,
          substring(payloads FROM starts + 1 FOR ends[i] - starts)
        )
        ON CONFLICT (group_id, sender_device, idempotency_key) DO NOTHING;
        IF FOUND THEN
          held.last_seq := held.last_seq + 1;
          outcome := 'APPENDED';
          seq := held.last_seq;
          accepted_at := appended_at;
        END IF;
      END IF;
      IF outcome IS DISTINCT FROM 'APPENDED' THEN
        SELECT e.seq, e.accepted_at INTO seq, accepted_at FROM envelope e
        WHERE e.group_id = group_ids[i] AND e.sender_device = senders[i] AND e.idempotency_key = key
          AND e.kind = 'APPLICATION';
        IF FOUND THEN
          outcome := 'KNOWN';
        ELSIF outcome IS NULL THEN
          outcome := 'KEY_USED';
        END IF;
      END IF;
      starts := ends[i];
      RETURN NEXT;
    END LOOP;
    UPDATE mls_group SET last_seq = held.last_seq WHERE id = held.id;
  END $$;
`;
