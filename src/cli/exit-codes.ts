import { wrap } from '../text/index.ts';

/** The exit codes of all commands. A code may have different meanings in different commands. */
export const EXIT = {
  /** Everything asked for was done; for `simulate`: every rollout is Terminal. */
  ok: 0,
  /** The command line or a file cannot be used. */
  badInput: 1,
  /** A run ended, but not with every rollout Terminal. */
  notTerminal: 2,
  /** A run broke an invariant of the protocol. */
  invariantBroken: 3,
  /** `agent`: it had to stop, for example because the disk is full. */
  agentFailed: 2,
  /** `control-plane`: it had to stop, because another one writes to its database. */
  controlPlaneFailed: 2,
  /**
   * `conform`: the other implementation gave a wrong answer; `replay` and `--verify`: decisions differ from the log.
   */
  differs: 2,
  /** `conform`: the other implementation could not answer every question. */
  peerFailed: 3,
  /** `paths` and `conform`: coverage is below the requirement; `plan`: `--deadline` or `--fail-on` is not met. */
  belowThreshold: 4,
  /** Ended by SIGINT or SIGTERM, with the results so far, if any: 128 plus the number of the signal. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BAD_INPUT = 'the command line or a file cannot be used';
const INTERRUPTED = 'interrupted (SIGINT) with the results so far, if any';
const TERMINATED = 'interrupted (SIGTERM) with the results so far, if any';

/** The meaning of each command's exit codes. `--help` prints them, and a test checks the documents against them. */
export const EXIT_CODES = {
  simulate: [
    [EXIT.ok, "every rollout is Terminal, and the scenario's expectations are met"],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.notTerminal, 'a rollout is not Terminal, or an expectation is not met'],
    [EXIT.invariantBroken, 'the protocol broke one of its invariants'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  plan: [
    [EXIT.ok, 'every rollout becomes Terminal, and all requirements are met'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.notTerminal, 'a rollout does not become Terminal even without faults'],
    [EXIT.belowThreshold, 'the plan misses --deadline, or a lint is at least as severe as --fail-on'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  paths: [
    [EXIT.ok, 'the paths were written and cover everything their criteria ask for'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.belowThreshold, 'something is unreachable from this start, or coverage is below --min'],
  ],
  conform: [
    [EXIT.ok, 'every answer is right'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.differs, 'an answer is wrong'],
    [EXIT.peerFailed, 'the other implementation exited, fell silent or printed garbage; or a test is incomplete'],
    [EXIT.belowThreshold, 'every answer is right, but a criterion is not reached, or coverage is below --min'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  rehearse: [
    [EXIT.ok, "every rollout is Terminal, and the scenario's expectations are met"],
    [EXIT.badInput, `${BAD_INPUT}, or asks for something that cannot be rehearsed`],
    [EXIT.notTerminal, 'a rollout is not Terminal, an expectation is not met, or a process failed'],
    [EXIT.invariantBroken, 'the protocol broke one of its invariants'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  agent: [
    [EXIT.ok, 'shut down by SIGTERM or SIGINT; with --check: the configuration is usable'],
    [EXIT.badInput, 'the command line, the configuration, or something it names cannot be used; nothing was started'],
    [EXIT.agentFailed, 'the agent had to stop, for example because the disk is full; restart it'],
  ],
  controlPlane: [
    [EXIT.ok, 'shut down by SIGTERM or SIGINT; with --check or --verify: nothing is wrong'],
    [EXIT.badInput, 'the command line, the configuration, or something it names cannot be used; nothing was started'],
    [
      EXIT.controlPlaneFailed,
      'another control plane writes to its database; with --verify: decisions differ from the log',
    ],
  ],
  replay: [
    [EXIT.ok, 'all decisions match the log'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.differs, 'a decision differs from the log'],
  ],
  query: [
    [EXIT.ok, 'done'],
    [EXIT.badInput, `${BAD_INPUT}, or the control plane does not answer`],
  ],
  others: [
    [EXIT.ok, 'done'],
    [EXIT.badInput, BAD_INPUT],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [ExitCode, string])[]>>;

/** The section of a help text about exit codes. */
export function exitCodesHelp(command: keyof typeof EXIT_CODES): string {
  const rows = EXIT_CODES[command].flatMap(([code, meaning]) =>
    wrap(meaning, HELP_WIDTH - INDENT).map(
      (line, at) => `  ${(at === 0 ? String(code) : '').padEnd(INDENT - 2)}${line}`,
    ),
  );
  return `\nExit codes:\n${rows.join('\n')}\n`;
}

const HELP_WIDTH = 80;
const INDENT = 7;

/** The exit code of a command that was ended by a signal. */
export function exitCodeOfSignal(interruption: AbortSignal): ExitCode {
  return interruption.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
