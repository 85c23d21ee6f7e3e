import { runBatch, type Batch } from './run-batch.ts';
import type { TallyData } from './tally.ts';

/** What a thread of the pool does. */
export default function work(batch: Batch): TallyData {
  return runBatch(batch);
}
