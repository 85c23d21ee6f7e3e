import type { WaveCount } from './control-plane-state.ts';
import { feedRollout } from './rollout-events.ts';
import { log, rolloutAt, type Turn } from './turn.ts';

/**
 * Second step of a pass: a rollout whose current wave holds nothing back goes on to the next one, and one whose hosts
 * so far are all past activation is Converging. Before dispatching, so that the next wave starts in the same pass.
 */
export function advanceWaves(turn: Turn, index: number): void {
  const { waveCount } = rolloutAt(turn, index).plan;
  for (let wave = currentWave(turn, index); wave < waveCount - 1; wave += 1) {
    const count = waveAt(turn, index, wave);
    if (!turn.parts.isWaveDone(count)) break;
    if (count.hosts === 0) warnOfEmptyWave(turn, index, wave);
    advance(turn, index, wave, wave + 1);
    if (currentWave(turn, index) !== wave + 1) return;
  }
  const current = currentWave(turn, index);
  if (rolloutAt(turn, index).record.state !== 'Active') return;
  for (let wave = 0; wave <= current; wave += 1) {
    if (!turn.parts.isWaveThrough(waveAt(turn, index, wave))) return;
  }
  advance(turn, index, current, current);
}

function advance(turn: Turn, index: number, fromWave: number, toWave: number): void {
  const { rolloutId } = rolloutAt(turn, index).record;
  const at = turn.now;
  turn.effects.push({ type: 'AdvanceWave', rolloutId, fromWave, toWave, at });
  feedRollout(turn, index, { type: 'WaveAdvanced', rolloutId, fromWave, toWave, at });
}

function warnOfEmptyWave(turn: Turn, index: number, wave: number): void {
  const { rolloutId } = rolloutAt(turn, index).record;
  turn.effects.push({ type: 'WaveWithoutHosts', rolloutId, wave, at: turn.now });
  log(turn, 'warn', `Wave ${wave} of ${rolloutId} has no hosts and was passed over.`, { rolloutId, wave });
}

function currentWave(turn: Turn, index: number): number {
  return rolloutAt(turn, index).record.currentWave;
}

function waveAt(turn: Turn, index: number, wave: number): WaveCount {
  // Every wave of the plan is counted.
  return rolloutAt(turn, index).waves[wave] as WaveCount;
}
