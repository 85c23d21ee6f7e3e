import { setImmediate as nextTurn } from 'node:timers/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Activation, Job, StartedJob } from '../../runtime/agent/internal.ts';
import { runChecks, same, type PortCheck } from './port-checks.ts';
import { runAndKill } from './run-and-kill.ts';

/** How a job of the implementation under test behaves. */
export type JobBehaviour =
  /** Succeeds. */
  | 'done'
  /** Ends with exit code 7, and `boom` at the end of standard error. */
  | 'failed'
  /** Defers the switch to the next boot because of the component `kernel`. */
  | 'deferred'
  /** Succeeds once there is a file `release` in the folder. */
  | 'held';

/** An implementation of the agent's activation. */
export interface ActivationUnderTest {
  /**
   * A module that Node can import, with `makeActivation(folder, behaviour): Activation`. Each job that runs appends a
   * line to the file `runs` in the folder. Other processes import it too, and are killed.
   */
  readonly module: URL;
  /** Makes a new folder. */
  readonly makeFolder: () => string;
}

type Make = (folder: string, behaviour: JobBehaviour) => Activation;

interface Subject {
  readonly module: URL;
  readonly folder: string;
  readonly make: (behaviour: JobBehaviour) => Activation;
}

/**
 * Checks an agent's activation: what it reports, that a job outlives its agent, and that two never run at once. It
 * passes if no check fails.
 */
export async function activationConformance({
  module,
  makeFolder,
}: ActivationUnderTest): Promise<readonly PortCheck[]> {
  // Safe: the module must export this.
  const { makeActivation } = (await import(module.href)) as { readonly makeActivation: Make };
  return runChecks(CHECKS, () => {
    const folder = makeFolder();
    return { module, folder, make: (behaviour) => makeActivation(folder, behaviour) };
  });
}

const JOB: Job = { kind: 'switch', rolloutId: 'stable@one', closure: 'new' };
const OTHER: Job = { kind: 'rollback', rolloutId: 'stable@one', closure: 'old' };

/** Starts a job like an agent, and dies right after. */
const START_AND_DIE = `
setInterval(() => {}, 1000);
const activation = module.makeActivation(args[0], args[1]);
await activation.recover();
const job = await activation.start(JSON.parse(args[2]));
if (args[3] === 'ended') await job.ended;
process.kill(process.pid, 'SIGKILL');
`;

const startAndDie = ({ module, folder }: Subject, behaviour: JobBehaviour, when: 'started' | 'ended'): Promise<void> =>
  runAndKill(module, START_AND_DIE, [folder, behaviour, JSON.stringify(JOB), when]);

const release = ({ folder }: Subject): void => writeFileSync(join(folder, 'release'), '');

function runsIn({ folder }: Subject): number {
  const path = join(folder, 'runs');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

async function started(activation: Activation): Promise<StartedJob> {
  same('jobs of earlier agents', await activation.recover(), []);
  return activation.start(JOB);
}

const CHECKS: Readonly<Record<string, (subject: Subject) => Promise<void>>> = {
  'a successful job reports that it is done': async (subject) => {
    const activation = subject.make('done');
    const { job, ended } = await started(activation);
    same('the outcome', await ended, { type: 'done', exitCode: 0 });
    same('the job', job, JOB);
    await activation.acknowledge(job);
    await activation.close();
    same('how often it ran', runsIn(subject), 1);
  },

  'a failed job reports how it failed': async (subject) => {
    const activation = subject.make('failed');
    const outcome = await (await started(activation)).ended;
    await activation.close();
    if (outcome.type !== 'failed') throw new Error(`expected a failure, got ${outcome.type}`);
    same('the exit code', outcome.exitCode, 7);
    same('the end of standard error', outcome.stderrTail.trim().split('\n').at(-1), 'boom');
  },

  'a deferred job names the component': async (subject) => {
    const activation = subject.make('deferred');
    same('the outcome', await (await started(activation)).ended, { type: 'deferred', component: 'kernel' });
    await activation.close();
  },

  'while a job runs, a second one is refused': async (subject) => {
    const activation = subject.make('held');
    const first = await started(activation);
    // Once it has left its mark, it is running.
    while (runsIn(subject) === 0) await nextTurn();
    const second = await activation.start(OTHER);
    // A job that was not refused would also wait for this.
    release(subject);
    same('the outcome of the second', (await second.ended).type, 'failed');
    same('the outcome of the first', (await first.ended).type, 'done');
    await activation.close();
    same('how many ran', runsIn(subject), 1);
  },

  'a job outlives its agent, and the next one finds it': async (subject) => {
    await startAndDie(subject, 'held', 'started');
    while (runsIn(subject) === 0) await nextTurn();
    const next = subject.make('held');
    const [found, ...others] = await next.recover();
    same('the job', found?.job, JOB);
    same('other jobs', others, []);
    release(subject);
    same('the outcome', (await found?.ended)?.type, 'done');
    await next.acknowledge(JOB);
    await next.close();
    same('how often it ran', runsIn(subject), 1);
  },

  'a job whose agent dies immediately runs once or not at all': async (subject) => {
    await startAndDie(subject, 'done', 'started');
    const next = subject.make('done');
    const found = await next.recover();
    if (found.length === 0) await (await next.start(JOB)).ended;
    else same('the outcome', (await found[0]?.ended)?.type, 'done');
    await next.close();
    same('how often it ran', runsIn(subject), 1);
  },

  'an unacknowledged outcome is found again': async (subject) => {
    await startAndDie(subject, 'failed', 'ended');
    const next = subject.make('failed');
    const [found] = await next.recover();
    same('the job', found?.job, JOB);
    same('the outcome', (await found?.ended)?.type, 'failed');
    await next.close();
    const later = subject.make('failed');
    same('jobs for the next agent', (await later.recover()).length, 1);
    await later.acknowledge(JOB);
    await later.close();
    const last = subject.make('failed');
    same('jobs after it was acknowledged', await last.recover(), []);
    await last.close();
    same('how often it ran', runsIn(subject), 1);
  },
};
