/** Why no run shows them, and which of the broken rules of the table it is about. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'A successor withdraws the dispatches of its predecessors, and the specification counts only outstanding ones. test/control-plane/host-slots.test.ts notices.':
    ['a host converges while it is dispatched in another rollout'],
  'A control plane that was killed may not remember what it reported last, so that a second report of a silent host is no mistake.':
    ['a restart forgets who is unreachable'],
  'Another rule hides it, so that no run differs: the end of the worker starts what was left out; a rollout soaks once, and has no earlier results.':
    ['no rollback is fired after a failed activation', 'what probes found before is kept when they are reset'],
  'No run can come to it: no dispatch is taken while a worker runs, so that no worker outlives its rollout; none is offered after its acknowledgement; a scenario file refuses an unknown mode. Tests of the agent (dispatch, reports, probes) notice.':
    [
      'the late report of a superseded worker is believed of the newest rollout',
      'the late failure of a superseded worker is believed of the newest rollout',
      'an unknown mode counts as observe',
    ],
  'Nothing can come to it, neither a run nor a test: no dispatch is taken while a worker runs, so that no switch has to wait.':
    ['a switch that had to wait for another is never fired'],
  'A header is written with every change of state, so what follows it in the outbox are results of probes, which start anew after a boot. test/agent/recovery.test.ts notices.':
    ['the undelivered events are applied from the last to the first'],
  'It costs disk space and loses nothing; the tests of the agent (machine, outbox) compare with the specification.': [
    'events that need not be durable are written durably',
    'only what must be durable may be dropped',
  ],
  'No simulated proxy refuses a large request, and the specification does not bound one that failed. test/agent/outbox.test.ts notices.':
    ['a request that failed is not made smaller'],
  'The machine refuses what comes too early, so that only the log of the agent differs. test/agent/sweep.test.ts notices.':
    ['a host asks to converge a minute too early'],
  'The same in every run: a failed host halts its rollout, rollouts are opened before any is dispatched, and a limit is a number by then.':
    [
      'a rollout that is not open yet lets others through',
      'a host that failed lets others through',
      'a budget covers only the hosts of the channel',
    ],
};

/**
 * The broken rules that no run of the scenarios in `find-bug.ts` shows, with the reason. The test holds the list both ways: what is
 * caught leaves it.
 */
export const UNNOTICED: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);
