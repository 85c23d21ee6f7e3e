import type { RolloutEvent, RolloutRecord } from '../../rollout/index.ts';
import { isObject } from '../../text/index.ts';
import { inAnswers, type BugKind, type Json, type PlantedBug } from './planted-bug.ts';

const WRONG: Json = { err: { kind: 'IllegalForState' } };

/** A rollout machine that refuses what it should accept. */
const refusing = (
  name: string,
  refuses: (event: RolloutEvent, record: RolloutRecord) => boolean,
  kind: BugKind = 'value',
): PlantedBug =>
  inAnswers(kind, name, (answer, question) =>
    question.op === 'rollout_step' && 'ok' in answer && refuses(question.event, question.record) ? WRONG : answer,
  );

type Accepted = { readonly record: Json; readonly effects: readonly Json[] };

/** A rollout machine that accepts, but with a wrong result. */
const changing = (
  name: string,
  change: (ok: Accepted, event: RolloutEvent, record: RolloutRecord) => Partial<Accepted> | null,
): PlantedBug =>
  inAnswers('branch', name, (answer, question) => {
    if (question.op !== 'rollout_step' || !isObject(answer['ok'])) return answer;
    // Safe: the answer to an accepted step has a record and effects.
    const ok = answer['ok'] as Accepted;
    const changed = change(ok, question.event, question.record);
    return changed === null ? answer : { ok: { ...ok, ...changed } };
  });

const inField = (
  name: string,
  field: string,
  next: (value: unknown, event: RolloutEvent, record: RolloutRecord) => unknown,
): PlantedBug =>
  changing(name, ({ record }, event, before) => {
    const value = next(record[field], event, before);
    return value === record[field] ? null : { record: { ...record, [field]: value } };
  });

const inEffects = (name: string, field: string, next: (event: RolloutEvent) => unknown): PlantedBug =>
  changing(name, ({ effects }, event) => {
    const changed = effects.map((effect) => {
      const value = field in effect ? next(event) : undefined;
      return value === undefined || value === effect[field] ? effect : { ...effect, [field]: value };
    });
    return changed.some((effect, index) => effect !== effects[index]) ? { effects: changed } : null;
  });

/** Bugs of the rollout machine. */
export const rolloutBugs: readonly PlantedBug[] = [
  refusing(
    'compares waves as texts',
    (event) =>
      event.type === 'WaveAdvanced' && String(event.toWave) > String(event.fromWave) !== event.toWave > event.fromWave,
  ),
  refusing('knows 8 waves', (event) => event.type === 'WaveAdvanced' && event.toWave > 8),
  refusing('knows 255 waves', (event, { currentWave }) => event.type === 'WaveAdvanced' && currentWave > 255),
  refusing('advances by one wave only', (event) => event.type === 'WaveAdvanced' && event.toWave > event.fromWave + 1),
  refusing('refuses a wave that lies back', (event) => event.type === 'WaveAdvanced' && event.toWave < event.fromWave),
  refusing('needs the name of a host', (event) => event.type === 'HostJoined' && event.hostId === ''),
  refusing(
    'refuses a successor on another channel',
    (event) => event.type === 'SuccessorOpened' && !event.successorRolloutId.startsWith('stable@'),
  ),
  refusing('refuses an event from before 1970', (event) => event.at < 0),
  refusing(
    'refuses a successor of another rollout',
    (event, { rolloutId }) => event.type === 'SuccessorOpened' && event.supersededRolloutId !== rolloutId,
  ),
  refusing(
    'refuses an event that names another rollout',
    (event, { rolloutId }) => 'rolloutId' in event && event.rolloutId !== rolloutId,
  ),
  refusing(
    'refuses a change to the same state',
    (event) => event.type === 'HostStateChanged' && event.from === event.to,
  ),
  refusing('refuses an event from before the rollout opened', (event, { openedAt }) => event.at < openedAt),
  refusing(
    'refuses a wave that does not begin at the current one',
    (event, { currentWave }) => event.type === 'WaveAdvanced' && event.fromWave !== currentWave,
  ),
  refusing(
    'does not expect a host to fail while it converges',
    (event, { state }) => event.type === 'HostStateChanged' && event.to === 'Failed' && state === 'Converging',
    'branch',
  ),
  inField('forgets when it ended once it is superseded', 'terminalAt', (value, event) =>
    event.type === 'SuccessorOpened' ? null : value,
  ),
  inField('is superseded again', 'supersededAt', (value, event, { state }) =>
    event.type === 'SuccessorOpened' && state === 'Superseded' ? event.at : value,
  ),
  inField('moves the wave when a host joins', 'currentWave', (value, event) =>
    event.type === 'HostJoined' ? Math.max(Number(value), event.wave) : value,
  ),
  inField('sets the wave back', 'currentWave', (value, event) =>
    event.type === 'WaveAdvanced' ? event.toWave : value,
  ),
  inField('takes over who succeeds', 'rolloutId', (value, event) =>
    event.type === 'SuccessorOpened' ? event.successorRolloutId : value,
  ),
  inField('takes the channel out of the rollout', 'channel', (_, _event, { rolloutId }) => rolloutId.split('@')[0]),
  inField('fills in where it stands in the log', 'lastTransitionEventLogSeq', (value) => value ?? 0),
  inEffects('names the rollout of the event in its effects', 'rolloutId', (event) =>
    'rolloutId' in event ? event.rolloutId : undefined,
  ),
  inEffects('updates to the wave that is left', 'wave', (event) =>
    event.type === 'WaveAdvanced' ? event.fromWave : undefined,
  ),
  changing('records no transition when it is pruned', ({ record, effects }) =>
    record['state'] === 'Pruned' && effects.length > 0 ? { effects: [] } : null,
  ),
  changing('updates the wave even where it stays', ({ effects }, event, { rolloutId, state }) =>
    event.type === 'WaveAdvanced' && effects.length === 0 && state === 'Active'
      ? { effects: [{ type: 'UpdateCurrentWave', rolloutId, wave: event.toWave }] }
      : null,
  ),
  inAnswers('branch', 'refuses a clearance as illegal', (answer, question) =>
    question.op === 'rollout_step' && isObject(answer['err']) && answer['err']['kind'] === 'Unsupported'
      ? { err: { ...answer['err'], kind: 'IllegalForState' } }
      : answer,
  ),
  inAnswers('value', 'opens a rollout at wave 1', (answer, question) =>
    question.op === 'rollout_start' && isObject(answer['ok']) && isObject(answer['ok']['record'])
      ? { ok: { record: { ...answer['ok']['record'], currentWave: 1 } } }
      : answer,
  ),
];
