import { parentPort } from 'node:worker_threads';

import { runBatch, type Batch } from './run-batch.ts';

// The worker thread: answers every batch with its tally.
parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(runBatch(batch)));
