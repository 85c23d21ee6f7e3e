import { useEffect, useMemo, useState } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { Session } from '../../play/session.ts';
import { saveText } from '../save-text.ts';
import { RunForm } from './run-form.tsx';
import { RunPane } from './run-pane.tsx';
import { SAMPLE_SCENARIO } from './sample-scenario.ts';
import { ScenarioEditor } from './scenario-editor.tsx';
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
  readonly onFiles: (files: readonly File[]) => void;
  readonly onOpenHost: (session: Session) => void;
}

/** Runs of whole fleets: opened from a file or made here, one or two side by side. */
export function FleetView({ runs, draft, onDraft, onFiles, onOpenHost }: Props) {
  const colours = useStateColours();
  const { runner } = runs;
  const isRunning = runner.type === 'running';
  return (
    <div className="fleet">
      <RunForm
        isAnother={runs.open.length > 0}
        isRunning={isRunning}
        isWriting={draft.isShown}
        onRun={(choice) => runs.start({ type: 'made-up', choice })}
        onWrite={() => onDraft({ ...draft, isShown: !draft.isShown })}
        onFiles={onFiles}
      />
      {draft.isShown && (
        <ScenarioEditor
          text={draft.text}
          isRunning={isRunning}
          mistakes={runner.type === 'mistakes' ? runner.mistakes : []}
          onText={(text) => onDraft({ ...draft, text })}
          onRun={() => runs.start({ type: 'scenario', text: draft.text, files: draft.files })}
        />
      )}
      {runner.type === 'running' && (
        <p className="banner" role="status">
          Running: {runner.text}…
        </p>
      )}
      {runner.type === 'failed' && (
        <p className="banner" role="alert">
          {runner.message}
        </p>
      )}
      {runs.open.length === 0 ? (
        <div className="drop-zone">
          <p>
            Drop a run file or a scenario here, or run a made-up fleet above: it runs right here, with the simulator of
            this package.
          </p>
          <p className="hint">
            {runs.asked.some(({ choice }) => choice === null)
              ? 'The link is to a moment of a run that came from a file: open that file to go there.'
              : 'A second run is put beside the first.'}
          </p>
        </div>
      ) : (
        <div className={`panes of-${runs.open.length}`}>
          {runs.open.map((each) => (
            <RunPane
              key={`${each.id} ${each.visits}`}
              run={each}
              colours={colours}
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

/** The colours of the states in the present theme, in the order of `hostStates`. */
function useStateColours(): readonly string[] {
  const read = () =>
    hostStates.map((state) => getComputedStyle(document.documentElement).getPropertyValue(`--fill-${state}`));
  const [key, setKey] = useState(() => read().join());
  useEffect(() => {
    const update = () => setKey(read().join());
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', update);
    update();
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', update);
    };
  }, []);
  return useMemo(() => key.split(','), [key]);
}
