/** The exit codes of all commands. Two commands may give the same code different meanings. */
export const EXIT = {
  /** Everything asked for was done; for `simulate`: every rollout is Terminal. */
  ok: 0,
  /** The command line or a file cannot be used. */
  badInput: 1,
  /** A run ended, but not with every rollout Terminal. */
  notTerminal: 2,
  /** A run broke an invariant of the protocol. */
  invariantBroken: 3,
  /** `agent`: it had to stop, as on a full disk. */
  agentFailed: 2,
  /** `control-plane`: it had to stop, because another one writes to its database. */
  controlPlaneFailed: 2,
  /** `conform`: another implementation answered something wrongly; `replay` and `--verify`: a log was decided otherwise. */
  differs: 2,
  /** `conform`: another implementation could not be asked everything. */
  peerFailed: 3,
  /** `paths` and `conform`: less was exercised than was asked for; `plan`: a deadline or `--fail-on` is not kept. */
  belowThreshold: 4,
  /** Ended by SIGINT or SIGTERM, after reporting what was done: 128 and the number of the signal. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BAD_INPUT = 'the command line or a file cannot be used';
const INTERRUPTED = 'interrupted (SIGINT), after reporting what was done';
const TERMINATED = 'interrupted (SIGTERM), after reporting what was done';

/** What each exit code of a command means. `--help` prints it, and a test holds the documents to it. */
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
    [EXIT.ok, 'every rollout becomes Terminal, and nothing that was asked for is missed'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.notTerminal, 'a rollout does not become Terminal, without any fault'],
    [EXIT.belowThreshold, 'it is not through by --deadline, or a lint is as bad as --fail-on'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  paths: [
    [EXIT.ok, 'the paths were written and exercise everything their criterion asks for'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.belowThreshold, 'something is unreachable from this start, or coverage is below --min'],
  ],
  conform: [
    [EXIT.ok, 'every answer is right'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.differs, 'an answer is wrong'],
    [EXIT.peerFailed, 'the other implementation ended, fell silent or printed garbage; or a test compared nothing'],
    [EXIT.belowThreshold, 'every answer is right, but a criterion is not reached, or coverage is below --min'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  rehearse: [
    [EXIT.ok, "every rollout is Terminal, and the scenario's expectations are met"],
    [EXIT.badInput, `${BAD_INPUT}, or asks for what cannot be rehearsed`],
    [EXIT.notTerminal, 'a rollout is not Terminal, an expectation is not met, or a process failed'],
    [EXIT.invariantBroken, 'the protocol broke one of its invariants'],
    [EXIT.interrupted, INTERRUPTED],
    [EXIT.terminated, TERMINATED],
  ],
  agent: [
    [EXIT.ok, 'ended in order, by SIGTERM or SIGINT; with --check: the configuration can be used'],
    [EXIT.badInput, 'the command line, the configuration, or something it names cannot be used; nothing was started'],
    [EXIT.agentFailed, 'it had to stop, as on a full disk; start it again'],
  ],
  controlPlane: [
    [EXIT.ok, 'ended in order, by SIGTERM or SIGINT; with --check or --verify: there is nothing wrong'],
    [EXIT.badInput, 'the command line, the configuration, or something it names cannot be used; nothing was started'],
    [
      EXIT.controlPlaneFailed,
      'another control plane writes to its database; with --verify: the log was decided otherwise',
    ],
  ],
  replay: [
    [EXIT.ok, 'the core decides everything as it was recorded'],
    [EXIT.badInput, BAD_INPUT],
    [EXIT.differs, 'something was decided otherwise'],
  ],
  others: [
    [EXIT.ok, 'done'],
    [EXIT.badInput, BAD_INPUT],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [ExitCode, string])[]>>;

/** The section of a help text about exit codes. */
export function exitCodesHelp(command: keyof typeof EXIT_CODES): string {
  const rows = EXIT_CODES[command].map(([code, meaning]) => `  ${String(code).padEnd(3)}  ${meaning}`);
  return `\nExit codes:\n${rows.join('\n')}\n`;
}

/** The exit code of a command that a signal has ended. */
export function exitCodeOfSignal(interruption: AbortSignal): ExitCode {
  return interruption.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
