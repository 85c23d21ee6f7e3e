import type { Session } from '../../play/session.ts';
import { saveText } from '../save-text.ts';
import { RunPane } from './run-pane.tsx';
import { SAMPLE_SCENARIO } from './sample-scenario.ts';
import { ScenarioEditor } from './scenario-editor.tsx';
import { useColours } from './use-colours.ts';
import type { useRuns } from './use-runs.ts';

/** A scenario as it is being written, and the files that it may name. */
export interface ScenarioDraft {
  readonly text: string;
  readonly files: ReadonlyMap<string, string>;
  readonly isShown: boolean;
}

export const firstDraft: ScenarioDraft = { text: SAMPLE_SCENARIO, files: new Map(), isShown: false };

interface Props {
  readonly runs: ReturnType<typeof useRuns>;
  readonly draft: ScenarioDraft;
  readonly onDraft: (draft: ScenarioDraft) => void;
  readonly onOpenHost: (session: Session) => void;
}

/** Runs of whole fleets: opened from a file or made here, one or two side by side. */
export function FleetView({ runs, draft, onDraft, onOpenHost }: Props) {
  const colours = useColours();
  const { runner } = runs;
  const isRunning = runner.type === 'running';
  return (
    <div className="fleet">
      {(draft.isShown || runner.type === 'mistakes') && (
        <ScenarioEditor
          text={draft.text}
          isRunning={isRunning}
          mistakes={runner.type === 'mistakes' ? runner.mistakes : []}
          onText={(text) => onDraft({ ...draft, text })}
          onRun={() => runs.start({ type: 'scenario', text: draft.text, files: draft.files, isExample: false })}
        />
      )}
      {runner.type === 'running' && (
        <p className="banner" role="status">
          Running: {runner.text}…{' '}
          <button type="button" onClick={runs.cancel}>
            Cancel
          </button>
        </p>
      )}
      {runner.type === 'failed' && (
        <p className="banner" role="alert">
          {runner.message}
        </p>
      )}
      {runs.pushedOut !== null && (
        <p className="banner" role="status">
          {runs.pushedOut.history.file.title} was closed: the page shows two runs.{' '}
          <button type="button" onClick={runs.bringBack}>
            Show it in place of the second
          </button>
        </p>
      )}
      {runs.open.length === 0 ? (
        <div className="drop-zone">
          <p>
            Drop a <code>fleet.resolved.json</code>, a scenario or a run file here, or choose New run above. It runs
            right here, with the simulator of this package.
          </p>
          <p className="hint">
            {runs.asked.some(({ choice }) => choice === null)
              ? 'The link is to a moment of a run that came from a file: open that file to go there.'
              : 'A second run is put beside the first.'}
          </p>
        </div>
      ) : (
        <div className={`panes of-${runs.open.length}`}>
          {runs.open.map((each, index) => (
            <RunPane
              key={`${each.id} ${each.visits}`}
              run={each}
              colours={colours}
              isActive={index === runs.open.length - 1}
              onOpenHost={onOpenHost}
              onScenario={(text) => onDraft({ ...draft, text, isShown: true })}
              onMove={(place) => runs.move(each.id, place)}
              onSave={() =>
                saveText(
                  `run-${each.history.file.seed ?? 'log'}.json`,
                  'application/json',
                  JSON.stringify(each.history.file),
                )
              }
              onClose={() => runs.close(each.id)}
            />
          ))}
        </div>
      )}
    </div>
  );
}
