import { rehydrationEffects } from '../machine/rehydration.ts';
import type { HostRolloutState } from '../machine/record.ts';
import { feed, settleEffects } from './feed.ts';
import { findRollout, type Turn } from './turn.ts';

/** Workers hear about a record that came from elsewhere as they do of any other (specification: agent, rule 10). */
export function rehydrate(turn: Turn, record: HostRolloutState): void {
  settleEffects(turn, record.rolloutId, rehydrationEffects(record));
}

/** Goes on with what was under way when memory was lost (specification: agent, rule 11). */
export function resume(turn: Turn, rolloutId: string): void {
  const { record = null, manifest = null } = findRollout(turn.agent, rolloutId) ?? {};
  if (record === null || manifest === null) return;
  const next = turn.parts.resumption(turn.agent, record, manifest.policy, turn.now);
  if (next === null) return;
  if (next.type === 'LocalFireSwitch' || next.type === 'LocalFireRollbackTo') settleEffects(turn, rolloutId, [next]);
  else feed(turn, rolloutId, next);
}
