import { EMPTY_LIST } from '../text/index.ts';
import type { Time } from '../machine/index.ts';
import { sendHeartbeat } from './heartbeat.ts';
import type { AgentInputOf } from './inputs.ts';
import { sendFirst } from './outbox.ts';
import { noProbeRuns } from './probes.ts';
import { recoverRecord, rolloutsOnDisk, type RolloutOnDisk } from './recovery.ts';
import { handleWorkerReport } from './reports.ts';
import { noteBoot, rehydrate, resume } from './resume.ts';
import { activateNewest, activeRecord, forgetOldRollouts } from './rollouts.ts';
import type { Agent, AgentRollout } from './state.ts';
import { edit, emitLog, storeRollout, type OpenTurn } from './turn.ts';

/**
 * The first input of every process (specification: agent, rule 11). Reports what is running, resumes delivery of the
 * outbox, and keeps workers from starting until the heartbeat is answered or times out.
 */
export function boot(turn: OpenTurn, input: AgentInputOf<'Boot'>): void {
  const draft = edit(turn);
  draft.phase = 'awaiting-answer';
  draft.bootedAt = turn.now;
  draft.bootId = input.bootId;
  draft.workers = input.workers;
  draft.manifests = input.manifests;
  draft.runningClosure = input.runningClosure;
  draft.heldReports = EMPTY_LIST;
  draft.batchLimit = 1;
  draft.activeRolloutId = null;
  draft.rollouts = EMPTY_LIST;
  draft.probeRuns = noProbeRuns(draft.probeRuns.generation);
  for (const onDisk of rolloutsOnDisk(input)) recoverRollout(turn, onDisk);
  activateNewest(turn);
  sendHeartbeat(turn);
  for (const rollout of turn.agent.rollouts) sendFirst(turn, rollout);
}

/** Ends the boot: resumes what was under way, and handles the worker reports that arrived meanwhile. */
export function finishBoot(turn: OpenTurn): void {
  const { heldReports } = turn.agent;
  const draft = edit(turn);
  draft.phase = 'working';
  draft.heldReports = EMPTY_LIST;
  activateNewest(turn);
  const record = activeRecord(turn.agent);
  if (record !== null) {
    noteBoot(turn, record.rolloutId);
    rehydrate(turn, record);
    resume(turn, record.rolloutId);
  }
  forgetOldRollouts(turn);
  for (const report of heldReports) handleWorkerReport(turn, report);
}

/** Restores one rollout from the outbox. Without a header, its record must wait for a snapshot. */
function recoverRollout(turn: OpenTurn, onDisk: RolloutOnDisk): void {
  const { rolloutId, header, undelivered } = onDisk;
  const foundHostname = header?.record.hostname ?? turn.agent.hostname;
  if (foundHostname !== turn.agent.hostname) return discard(turn, onDisk, foundHostname);
  const recovered = undelivered.map(({ event }) => event);
  const rollout: AgentRollout = {
    rolloutId,
    manifest: header?.manifest ?? null,
    record: null,
    numberedTo: Math.max(header?.numberedTo ?? 0, recovered.at(-1)?.seq ?? 0),
    // The next number is above all that were reserved.
    reservedTo: 0,
    undelivered,
    inFlight: 0,
    failedAttempts: 0,
    isHastened: false,
    recovered,
    bootId: header?.bootId ?? null,
    activation: header?.activation ?? null,
  };
  if (header !== null) {
    // The latest probe results may have been delivered and removed. A convergence based on the older ones would
    // contradict them, so probes start afresh, and only new results count (rules 5 and 7).
    recoverRecord(turn, rollout, { ...header.record, probes: {} }, header.manifest.policy, header.record.state);
  } else {
    storeRollout(turn, rollout);
  }
}

/**
 * The disk is a copy of another host's, or the host was renamed. Its events cannot be used: they would be sent under
 * the wrong hostname.
 */
function discard(turn: OpenTurn, { rolloutId, undelivered }: RolloutOnDisk, foundHostname: string): void {
  const { hostname } = turn.agent;
  emitLog(
    turn,
    'error',
    'outbox-of-another',
    `The outbox has events of another host in ${rolloutId}; they are discarded: this is ${hostname}.`,
    {
      rolloutId,
      foundHostname,
    },
  );
  for (const { event } of undelivered) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq: event.seq });
  turn.effects.push({ type: 'RemoveOutboxHeader', rolloutId });
}

/** Whether the agent still waits for the answer to its first heartbeat, and so starts no worker (rule 11). */
export function awaitsAnswer(agent: Agent, now: Time): boolean {
  return now < answerGivenUpAt(agent) && now >= agent.bootedAt;
}

export function answerGivenUpAt(agent: Agent): Time {
  return agent.bootedAt + agent.settings.bootAnswerSecs * 1000;
}
