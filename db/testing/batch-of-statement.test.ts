import { expect, test } from 'vitest';
import { tablesWithoutBatch } from './batch-of-statement.ts';

test.each([
  ['select 1 from slots where batch_id = $1', []],
  ['select 1 from "slots" where "slots"."batch_id" = $1', []],
  ['select 1 from slots s where (s.batch_id = $1) is true and s.task_id = $2', []],
  ['select 1 from slots s where s.task_id = $1', ['slots s']],
  // One table that names its batch does not speak for the others.
  ['select 1 from labels l join slots s on s.task_id = l.task_id where l.batch_id = $1', ['slots s']],
  ['select 1 from labels l join slots s on s.batch_id = l.batch_id where l.batch_id = $1', []],
  ['select 1 from labels l, slots s where s.batch_id = l.batch_id', ['labels l', 'slots s']],
  [
    'select (select true from slots m where m.task_id = s.task_id limit 1) from slots s where s.batch_id = $1',
    ['slots m'],
  ],
  [
    'select (select true from slots m where m.batch_id = s.batch_id limit 1) from slots s where s.batch_id = $1',
    [],
  ],
  // What a subquery says of itself says nothing of what is around it, whatever the names.
  ['select 1 from slots s where exists (select 1 from slots s where s.batch_id = $1)', ['slots s']],
  [
    'select 1 from slots s where exists (select 1 from tasks t where t.batch_id = s.batch_id and t.batch_id = $1)',
    ['slots s'],
  ],
  [
    'select 1 from slots where batch_id = $1 union all select 1 from slot_releases x where x.lease_id = $2',
    ['slot_releases x'],
  ],
  ['select 1 from batches b join tasks t on t.batch_id = b.id where b.dataset_id = $1', ['tasks t']],
  ['select 1 from batches b join tasks t on t.batch_id = b.id where b.id = $1', []],
  [
    'with q as (select * from jsonb_to_recordset($1) as q (batch_id uuid)) update slots u set status = $2 from q where u.batch_id = q.batch_id',
    [],
  ],
  [
    'with q as (select 1) update slots u set status = $2 from q where u.ctid = any(array(select at from q))',
    ['slots u'],
  ],
  ['delete from slots o using audit_samples s where o.task_id = s.task_id and s.batch_id = $1', ['slots o']],
  ['insert into labels (batch_id, id) values ($1, $2)', []],
  ['insert into labels (batch_id, id) select h.batch_id, h.id from h', []],
  ['insert into labels (id, batch_id) values ($1, $2)', ['into labels']],
  [
    'insert into slots (batch_id, task_id) select (select batch_id from tasks limit 1), $1',
    ['into slots', 'tasks tasks'],
  ],
  [
    'select 1 from slots s where s.batch_id = $1 and extract(epoch from now() - s.claimed_at) > 1 for update of s skip locked',
    [],
  ],
])('%s', (query, stray) => expect(tablesWithoutBatch(query)).toEqual(stray));
