import { useState, useEffect, useMemo, useRef } from 'react';
import type { Session } from '../../play/session.ts';
import { saveText } from '../save-text.ts';
import { Segmented } from '../choice.tsx';
import { ComparePane } from './compare-pane.tsx';
import type { ScenarioDraft } from './draft.ts';
import type { OpenRun } from './open-runs.ts';
import { RunPane, type RunActions } from './run-pane.tsx';
import { ScenarioEditor } from './scenario-editor.tsx';
import type { useRuns } from './use-runs.ts';
import { hostStates } from '../../../machine/index.ts';
import { looks } from '../../film/looks.ts';
import { outcomeWords } from '../../words.ts';
import type { Colours } from './colours.ts';

/** One of two runs, or both on one clock. */
type Shown = 'both' | 'a' | 'b';

const sideOptions: readonly { readonly value: Shown; readonly text: string }[] = [
  { value: 'both', text: 'Both' },
  { value: 'a', text: 'Only A' },
  { value: 'b', text: 'Only B' },
];

interface Props {
  readonly runs: ReturnType<typeof useRuns>;
  readonly draft: ScenarioDraft;
  readonly onDraft: (draft: ScenarioDraft) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onOpenHost: (session: Session, run: OpenRun, host: number) => void;
}

/** Runs of whole fleets, opened from a file or made here. Two are compared on one clock. */
export function FleetView({ runs, draft, onDraft, onFiles, onOpenHost }: Props) {
  const colours = useColours();
  const { runner } = runs;
  const isRunning = runner.type === 'running';
  const [first, second] = runs.open;
  const [waiting] = runs.waiting;
  const [shown, setShown] = useState<Shown>('both');
  const actionsOf = (run: OpenRun): RunActions => ({
    onMove: (place) => runs.move(run.id, place),
    onScenario: (text) => onDraft({ ...draft, text, isShown: true }),
    onSave: () =>
      saveText(`run-${run.history.file.seed ?? 'log'}.json`, 'application/json', JSON.stringify(run.history.file)),
    onClose: () => runs.close(run.id),
    onRecord: run.source === null ? null : (hostname) => runs.record(run, hostname),
  });
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
      {waiting !== undefined && (
        <ReplaceDialog key={waiting.id} run={waiting} open={runs.open} onAnswer={runs.answer} />
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
              : 'A second run is compared with the first.'}
          </p>
        </div>
      ) : (
        <>
          {first !== undefined && second !== undefined && (
            <div className="row which">
              <Segmented label="Show" value={shown} options={sideOptions} onChange={setShown} />
              <button type="button" onClick={runs.swap}>
                Swap A and B
              </button>
            </div>
          )}
          <div className="panes">
            {second === undefined || first === undefined || shown !== 'both' ? (
              [shown === 'b' ? (second ?? first) : first].map(
                (run) =>
                  run !== undefined && (
                    <RunPane
                      key={`${run.id} ${run.visits}`}
                      run={run}
                      colours={colours}
                      onOpenHost={(session, host) => onOpenHost(session, run, host)}
                      onCompare={
                        second === undefined
                          ? {
                              onVariant: run.source === null ? null : (variant) => runs.compareWith(run, variant),
                              onFiles: (files) => {
                                runs.keepOpen(run.id);
                                onFiles(files);
                              },
                            }
                          : null
                      }
                      {...actionsOf(run)}
                    />
                  ),
              )
            ) : (
              <ComparePane
                key={`${first.id} ${first.visits} ${second.id} ${second.visits}`}
                a={first}
                b={second}
                colours={colours}
                actionsOf={actionsOf}
              />
            )}
          </div>
        </>
      )}
    </div>
  );
}

interface ReplaceProps {
  readonly run: OpenRun;
  readonly open: readonly OpenRun[];
  readonly onAnswer: (replacedId: number | null) => void;
}

/** Asks which of the open runs a further one replaces. Escape cancels. */
function ReplaceDialog({ run, open, onAnswer }: ReplaceProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // It may appear while the user types, so no button has the focus and no key answers by accident.
    title.current?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="keys"
      aria-labelledby="replace-title"
      onClose={({ currentTarget: { returnValue } }) => onAnswer(returnValue === '' ? null : Number(returnValue))}
    >
      <form method="dialog" className="replace">
        <h2 id="replace-title" ref={title} tabIndex={-1}>
          The page shows two runs. Which one does “<bdi>{run.history.file.title}</bdi>” replace?
        </h2>
        {open.map(({ id, history: { file } }, index) => (
          <button key={id} value={id}>
            <strong className="letter">{index === 0 ? 'A' : 'B'}</strong> <bdi>{file.title}</bdi>
            <small>{outcomeWords(file.outcome)}</small>
          </button>
        ))}
        <button className="quiet" value="">
          Cancel
        </button>
      </form>
    </dialog>
  );
}

/** Reads the theme now and whenever it changes. */
function useColours(): Colours {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const update = () => setTheme((old) => old + 1);
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
  return useMemo(readColours, [theme]);
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    fills: looks.map((_, look) => (look === 0 ? '' : read(`--fill-${hostStates[look - 1]}`))),
    inks: looks.map((_, look) => (look === 0 ? '' : read(`--ink-${hostStates[look - 1]}`))),
    border: read('--border'),
    text: read('--text'),
    muted: read('--muted'),
    card: read('--card'),
    bad: read('--fill-Failed'),
    flash: read('--card'),
  };
}
