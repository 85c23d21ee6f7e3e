import { actorStep } from '../machine/actor-step.ts';
import type { step } from '../machine/step.ts';
import type { Problem } from './problem.ts';

/** What takes the host machine's events in a run; `null` for the compiled reducer. */
export type Engine = typeof step | null;

/** @param isOneRun whether it is one run that is asked for: many are spread over threads, which have their own engine */
export function readEngine(name: string | undefined, isOneRun: boolean, problems: Problem[]): Engine {
  switch (name) {
    case undefined:
    case 'compiled':
      return null;
    case 'xstate':
      if (isOneRun) return actorStep();
      problems.push({
        path: '--engine xstate',
        message: 'the engine can be chosen for one run only',
        remedy: 'Leave out --runs and --shrink, or --engine.',
      });
      return null;
    default:
      problems.push({
        path: `--engine ${name}`,
        message: 'there is no such engine',
        remedy: 'Write compiled, or xstate for real XState actors.',
      });
      return null;
  }
}
