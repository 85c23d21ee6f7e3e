import type { ControlPlaneConfig, ControlPlaneCore } from '../../control-plane/index.ts';
import type { Clock } from '../shared/clock.ts';
import { foldedFrom, foldInput, HoldBook, snapshotOfFold, type FoldedLog } from './fold.ts';
import { StoreProblem, type ControlPlaneStore } from './store.ts';

/** What a control plane found in its store at the start. */
export interface Recovered {
  readonly folded: FoldedLog;
  /** The `seq` of the snapshot it started from. */
  readonly snapshotSeq: number;
  /** How many inputs were folded again. */
  readonly refolded: number;
  /** Whether the store had never been written to. */
  readonly wasEmpty: boolean;
}

const INPUTS_PER_READ = 5000;
const MS_PER_SECOND = 1000;

/**
 * Recovers the state from the newest snapshot of the store and the inputs since. An empty store gets a snapshot of the
 * initial state, so that every log can be folded from a snapshot. Effects are not performed again.
 *
 * @param config what the deployment sets; a stored state gets it too, in another snapshot
 * @throws StoreProblem if what is stored cannot be folded.
 */
export async function recover(
  core: ControlPlaneCore,
  store: ControlPlaneStore,
  clock: Pick<Clock, 'now'>,
  config: Partial<ControlPlaneConfig>,
): Promise<Recovered> {
  // A value out of range must not be blamed on the store.
  core.start(config);
  const newest = (await store.snapshotSeqs()).at(-1);
  if (newest === undefined) return begin(core, store, clock, config);
  const snapshot = await store.snapshot(newest);
  try {
    const saved = await foldedFrom(core, snapshot);
    const wanted = core.start({ ...saved.controlPlane.config, ...config }).config;
    const isSame = JSON.stringify(wanted) === JSON.stringify(saved.controlPlane.config);
    const folded = await foldRest(core, store, saved);
    const refolded = folded.seq - snapshot.seq;
    if (isSame) return { folded, snapshotSeq: snapshot.seq, refolded, wasEmpty: false };
    const controlPlane = core.restore({ ...core.snapshot(folded.controlPlane), config: wanted });
    const changed = { ...folded, controlPlane };
    await store.saveSnapshot(snapshotOfFold(changed, clock.now()));
    return { folded: changed, snapshotSeq: folded.seq, refolded, wasEmpty: false };
  } catch (error) {
    if (error instanceof StoreProblem || !(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw damaged(`the stored parts do not fit together (${error.message})`, error);
  }
}

async function begin(
  core: ControlPlaneCore,
  store: ControlPlaneStore,
  clock: Pick<Clock, 'now'>,
  config: Partial<ControlPlaneConfig>,
): Promise<Recovered> {
  const now = clock.now();
  const { heartbeatSecs } = core.start(config).config;
  // By one and a half heartbeat intervals, everything in progress has been reported.
  const dispatchFrom = now + 1.5 * heartbeatSecs * MS_PER_SECOND;
  const controlPlane = core.start({ dispatchFrom, ...config });
  const folded = { seq: 0, signedAt: null, controlPlane, holds: new HoldBook() };
  await store.saveSnapshot(snapshotOfFold(folded, now));
  return { folded, snapshotSeq: 0, refolded: 0, wasEmpty: true };
}

async function foldRest(core: ControlPlaneCore, store: ControlPlaneStore, from: FoldedLog): Promise<FoldedLog> {
  let folded = from;
  for (;;) {
    const inputs = await store.inputsAfter(folded.seq, INPUTS_PER_READ);
    for (const recorded of inputs) {
      if (recorded.seq !== folded.seq + 1) throw damaged(`input ${folded.seq + 1} is missing in the log`);
      folded = foldInput(core, folded, recorded).folded;
    }
    if (inputs.length < INPUTS_PER_READ) return folded;
  }
}

function damaged(message: string, cause?: unknown): StoreProblem {
  const remedy = 'Restore a backup, or start with an empty store: the agents restore what matters.';
  return new StoreProblem('damaged', { path: 'the store', message, remedy }, { cause });
}
