import { dispatchHosts } from './dispatch-hosts.ts';
import { openRollouts } from './open-rollouts.ts';
import { feedRollout } from './rollout-events.ts';
import type { WaveCount } from './state.ts';
import { emitControlPlaneLog, rolloutAt, type Transaction } from './transaction.ts';
import { entryAt } from './vector.ts';

/** One planning pass (specification: control-plane, "Planning, in this order"). Rollouts are in order of id. */
export function plan(tx: Transaction): void {
  openRollouts(tx);
  for (const index of tx.state.dispatching) advanceWaves(tx, index);
  if (isTooEarly(tx)) return;
  for (const index of tx.state.dispatching) dispatchHosts(tx, index);
}

/** Whether it is too early to dispatch. A clock that was set back must not block everything until it catches up. */
function isTooEarly({ state, now }: Transaction): boolean {
  const { dispatchFrom, heartbeatSecs } = state.config;
  if (dispatchFrom === null || now >= dispatchFrom) return false;
  if (dispatchFrom - now <= MAX_INTERVALS_AHEAD * heartbeatSecs * 1000) return true;
  state.config = { ...state.config, dispatchFrom: now };
  return false;
}

const MAX_INTERVALS_AHEAD = 10;

/**
 * Second step of a pass. A rollout advances to the next wave once the current one no longer holds it, and becomes
 * Converging once all hosts so far are past activation. Before dispatching, so that the next wave starts in the same
 * pass.
 */
function advanceWaves(tx: Transaction, index: number): void {
  const { waveCount } = rolloutAt(tx, index).plan;
  for (let wave = currentWave(tx, index); wave < waveCount - 1; wave += 1) {
    const count = waveAt(tx, index, wave);
    if (!tx.rules.isWaveDone(count)) break;
    if (count.hosts === 0) warnOfEmptyWave(tx, index, wave);
    advance(tx, index, wave, wave + 1);
    if (currentWave(tx, index) !== wave + 1) return;
  }
  const current = currentWave(tx, index);
  if (rolloutAt(tx, index).record.state !== 'Active') return;
  for (let wave = 0; wave <= current; wave += 1) {
    if (!tx.rules.isWaveThrough(waveAt(tx, index, wave))) return;
  }
  advance(tx, index, current, current);
}

function advance(tx: Transaction, index: number, fromWave: number, toWave: number): void {
  const { rolloutId } = rolloutAt(tx, index).record;
  const at = tx.now;
  tx.effects.push({ type: 'AdvanceWave', rolloutId, fromWave, toWave, at });
  feedRollout(tx, index, { type: 'WaveAdvanced', rolloutId, fromWave, toWave, at });
}

function warnOfEmptyWave(tx: Transaction, index: number, wave: number): void {
  const { rolloutId } = rolloutAt(tx, index).record;
  tx.effects.push({ type: 'WaveWithoutHosts', rolloutId, wave, at: tx.now });
  emitControlPlaneLog(tx, 'warn', 'empty-wave', `Wave ${wave} of ${rolloutId} has no hosts and was skipped.`, {
    rolloutId,
    wave,
  });
}

function currentWave(tx: Transaction, index: number): number {
  return rolloutAt(tx, index).record.currentWave;
}

function waveAt(tx: Transaction, index: number, wave: number): WaveCount {
  return entryAt(rolloutAt(tx, index).waves, wave);
}
